"""The rest of the runtime: uploads and their events, mails, schedules, direct invocation and the HTTP API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import httpx
import psutil
import pytest

from docpipe.adapters.s3 import S3ObjectStore
from local.emulator import Emulator
from local.errors import LocalRuntimeError
from local.invocation import Outcome
from local.names import resource_name
from local.runtime import Runtime
from local.topology import AuthorizerSpec, BucketSpec, HttpApiSpec, Notification, Topology
from tests.support.runtimes import PATIENCE_S, Journal, function, queue, source, wait_for

pytestmark = pytest.mark.xdist_group("runtime-services")

SENDER = "no-reply@docpipe.example"


def topology(journal: Path) -> Topology:
    environment = {"JOURNAL": str(journal)}
    return Topology(
        buckets={
            "uploads": BucketSpec(versioned=True, notifications=(Notification(queue="intake", prefix="uploads/"),)),
        },
        queues={"intake": queue()},
        functions={
            "intake": function("note", environment=environment, event_sources=[source("intake")]),
            "tick": function("note", environment=environment, schedule_s=0.5),
            "later": function("note", environment=environment, schedule_s=3_600),
            "mailer": function("note", environment={**environment, "MAIL_SENDER": SENDER}),
            "obey": function("obey", environment=environment),
            "api": function("mirror"),
            "gate": function("admit", environment=environment),
        },
        http_api=HttpApiSpec(
            function="api",
            routes=("GET /{proxy+}", "POST /{proxy+}"),
            authorizer=AuthorizerSpec(function="gate", results_s=300),
        ),
    )


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    return Journal(tmp_path_factory.mktemp("journal") / "journal")


@pytest.fixture(scope="module")
def runtime(journal: Journal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    root = tmp_path_factory.mktemp("runtime")
    with Runtime(root, topology=topology(journal.path), database_url="postgresql://unused") as running:
        yield running


@pytest.fixture
def api(runtime: Runtime) -> Iterator[httpx.Client]:
    headers = {"authorization": "x"}
    with httpx.Client(base_url=runtime.api_url, headers=headers, timeout=60, trust_env=False) as client:
        yield client


def upload(runtime: Runtime, key: str, content: bytes, *, content_type: str = "application/pdf") -> httpx.Response:
    """Post a file as a browser does, with a form that takes PDFs of at most a hundred bytes."""
    conditions = [["content-length-range", 1, 100], {"Content-Type": "application/pdf"}]
    form = runtime.client("s3").generate_presigned_post(resource_name("uploads"), key, Conditions=conditions)
    fields = {**form["fields"], "Content-Type": content_type}
    return httpx.post(form["url"], data=fields, files={"file": content}, timeout=PATIENCE_S, trust_env=False)


def uploads_seen(journal: Journal, key: str) -> list[dict[str, Any]]:
    records = [record for entry in journal.entries() for record in entry["event"].get("Records", [])]
    messages = [json.loads(record["body"]) for record in records]
    events = [event for message in messages for event in message.get("Records", [])]
    return [event for event in events if unquote_plus(event["s3"]["object"]["key"]) == key]


def test_an_upload_reaches_the_function_of_its_queue(runtime: Runtime, journal: Journal) -> None:
    assert upload(runtime, "uploads/a b+ü", b"%PDF-").status_code == 204
    event = wait_for(lambda: uploads_seen(journal, "uploads/a b+ü"))[0]
    assert event["eventName"] == "ObjectCreated:Post"
    assert event["s3"]["bucket"]["name"] == "docpipe-local-uploads"
    assert {"key", "size", "eTag", "versionId", "sequencer"} <= set(event["s3"]["object"])
    assert event["s3"]["object"]["key"] == "uploads/a+b%2B%C3%BC"


def test_the_policy_of_an_upload_form_is_enforced(runtime: Runtime) -> None:
    assert upload(runtime, "uploads/large", b"x" * 101).status_code == 400
    assert upload(runtime, "uploads/empty", b"").status_code == 400
    assert upload(runtime, "uploads/type", b"x", content_type="text/html").status_code == 403
    assert (
        runtime.client("s3").list_objects_v2(Bucket=resource_name("uploads"), Prefix="uploads/large")["KeyCount"] == 0
    )


def test_bodies_of_objects_are_kept_below_the_folder(runtime: Runtime) -> None:
    upload(runtime, "uploads/kept", b"%PDF-kept")
    stored = [path for path in (runtime.folder / "objects").rglob("*") if path.is_file()]
    assert any(path.read_bytes() == b"%PDF-kept" for path in stored)


def test_mails_are_kept_for_reading(runtime: Runtime) -> None:
    content = {"Simple": {"Subject": {"Data": "Done"}, "Body": {"Text": {"Data": "Your document is ready."}}}}
    destination = {"ToAddresses": ["owner@docpipe.example"]}
    runtime.client("sesv2").send_email(FromEmailAddress=SENDER, Destination=destination, Content=content)
    (mail,) = runtime.mailbox()
    assert (mail.sender, mail.recipients) == (SENDER, ("owner@docpipe.example",))
    assert (mail.subject, mail.text) == ("Done", "Your document is ready.")
    assert "owner@" not in (runtime.folder / "logs" / "emulator.log").read_text()


def test_a_schedule_goes_on_by_itself(runtime: Runtime, journal: Journal) -> None:
    def ticks() -> list[dict[str, Any]]:
        return [entry["event"] for entry in journal.entries() if str(entry["event"].get("resources")).count("tick")]

    wait_for(lambda: len(ticks()) >= 2)
    event = ticks()[0]
    assert (event["source"], event["detail-type"], event["detail"]) == ("aws.events", "Scheduled Event", {})
    assert event["resources"] == ["arn:aws:events:us-east-1:000000000000:rule/docpipe-local-tick"]


def test_a_schedule_can_be_run_at_once(runtime: Runtime) -> None:
    assert runtime.run_schedule("later").outcome is Outcome.SUCCESS


def test_a_function_is_invoked_directly_and_recorded_without_its_answer(runtime: Runtime) -> None:
    record = runtime.function("obey")({"do": "answer", "value": [1]})
    assert record.response == [1]
    (kept,) = [found for found in runtime.invocations() if found.request_id == record.request_id]
    assert kept.response is None
    assert kept.duration_ms == record.duration_ms


def test_an_unknown_function_is_named_with_those_there_are(runtime: Runtime) -> None:
    with pytest.raises(LocalRuntimeError, match=r"no function 'oboe'.*obey"):
        runtime.function("oboe")({})


def test_a_request_becomes_an_event_of_the_http_api(api: httpx.Client) -> None:
    answer = api.post(
        "/documents/7?a=1&a=2&b=x%20y", json={"name": "ü"}, headers={"X-Trace": "t", "Cookie": "s=1; t=2"}
    )
    event = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert (event["version"], event["routeKey"]) == ("2.0", "POST /{proxy+}")
    assert (event["rawPath"], event["rawQueryString"]) == ("/documents/7", "a=1&a=2&b=x%20y")
    assert event["queryStringParameters"] == {"a": "1,2", "b": "x y"}
    assert event["pathParameters"] == {"proxy": "documents/7"}
    assert event["headers"]["x-trace"] == "t"
    assert event["cookies"] == ["s=1", "t=2"]
    assert "cookie" not in event["headers"]
    assert json.loads(event["body"]) == {"name": "ü"}
    assert event["isBase64Encoded"] is False
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["http"]["path"] == "/documents/7"
    assert event["requestContext"]["authorizer"]["lambda"]["tenant_id"] == "tenant-1"
    assert set(event["requestContext"]["authorizer"]["lambda"]) == {"tenant_id", "subject", "email", "role"}


def test_a_method_without_a_route_is_refused_by_the_gateway(api: httpx.Client) -> None:
    refused = api.put("/x")
    assert (refused.status_code, refused.json()) == (404, {"message": "Not Found"})


def test_a_body_that_is_no_text_is_encoded(api: httpx.Client) -> None:
    event = api.post("/x", content=b"\xff\x00").json()
    assert (event["body"], event["isBase64Encoded"]) == ("/wA=", True)


def test_an_answer_is_given_as_the_function_says(api: httpx.Client) -> None:
    answer = api.get("/binary")
    assert (answer.status_code, answer.headers["content-type"]) == (201, "image/png")
    assert answer.content == b"\x89PNG"
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_what_the_gateway_answers_itself(api: httpx.Client) -> None:
    assert api.get("/raise").status_code == 500
    assert api.get("/raise").json() == {"message": "Internal Server Error"}
    assert api.get("/").status_code == 404
    assert api.get("/x", headers={"authorization": ""}).json() == {"message": "Unauthorized"}
    assert api.get("/x", headers={"authorization": "y"}).json() == {"message": "Forbidden"}
    assert api.get("/x", headers={"authorization": "y"}).status_code == 403
    assert api.get("/x", headers={"authorization": "raise"}).status_code == 500
    assert api.post("/x", content=b"x" * 10_000_001).status_code == 413


def test_the_authorizer_is_asked_as_api_gateway_asks_it_and_once_for_a_token(
    api: httpx.Client, journal: Journal
) -> None:
    def questions() -> list[dict[str, Any]]:
        return [entry["event"] for entry in journal.entries() if entry["event"].get("rawPath") == "/asked"]

    headers = {"authorization": "x once"}
    for _ in range(3):
        assert api.post("/asked?a=1", headers=headers, json={}).status_code == 200
    (question,) = questions()
    assert (question["version"], question["type"], question["identitySource"]) == ("2.0", "REQUEST", ["x once"])
    assert question["routeArn"] == "arn:aws:execute-api:us-east-1:000000000000:local/$default/POST/asked"
    assert "body" not in question
    # A refusal is kept as well; an error is not.
    for _ in range(2):
        assert api.get("/asked", headers={"authorization": "no"}).status_code == 403
        assert api.get("/asked", headers={"authorization": "raise"}).status_code == 500
    assert sorted(question["identitySource"][0] for question in questions()) == ["no", "raise", "raise", "x once"]


def test_a_large_version_is_fetched_whole_in_pieces(runtime: Runtime, tmp_path: Path) -> None:
    store = S3ObjectStore(runtime.client("s3"), resource_name("uploads"))
    # Each piece differs from the others, so that one in another's place is seen.
    body = b"".join(bytes([piece]) * (1 << 20) for piece in range(20))
    (tmp_path / "out").write_bytes(body)
    store.upload("large", tmp_path / "out", "application/pdf")
    version = runtime.client("s3").head_object(Bucket=resource_name("uploads"), Key="large")["VersionId"]
    store.download("large", tmp_path / "in", version)
    assert (tmp_path / "in").read_bytes() == body


def test_the_emulator_holds_no_bodies_in_memory(tmp_path: Path) -> None:
    emulator = Emulator(objects=tmp_path / "objects", temporary=tmp_path, log=tmp_path / "log")
    emulator.start()
    try:
        process = psutil.Process(emulator.child.pid)
        s3 = emulator.client("s3")
        s3.create_bucket(Bucket="bucket")
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        store = S3ObjectStore(s3, "bucket")
        store.put("key", b"first", "text/plain")
        first = store.download("key", tmp_path / "file").version_id
        held = process.memory_info().rss
        for number in range(120):
            store.put(f"key-{number}", bytes([number]) * 1_000_000, "image/jpeg")
        assert process.memory_info().rss - held < 40_000_000
        # What is not in memory is found all the same, also once something else stands in its place.
        store.put("key", b"second", "text/plain")
        store.download("key", tmp_path / "file", first)
        assert (tmp_path / "file").read_bytes() == b"first"
        assert store.get("key") == b"second"
        assert store.get("key-119") == bytes([119]) * 1_000_000
    finally:
        emulator.stop()
