"""The HTTP API through its handler: what it answers, and what it keeps to itself."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from docpipe.domain.limits import RateLimit
from docpipe.domain.page import failed_page
from functions.api.handler import handle
from tests.support.api import Client, Surroundings
from tests.support.invocations import Context
from tests.support.records import LEASE_S, USAGE, Records, granted, reading

SCAN = {"filename": "scan.pdf", "byte_size": 1_000, "content_type": "application/pdf"}


@pytest.fixture
def client(records: Records, aws_credentials: None) -> Client:
    return Client(Surroundings(records))


def test_a_document_is_created_with_a_form_that_bounds_what_may_be_uploaded(records: Records, client: Client) -> None:
    status, created = client.post("/documents", SCAN)
    assert (status, created["status"]) == (201, "awaiting_upload")
    fields = created["upload"]["fields"]
    assert fields["key"] == f"uploads/{created['document_id']}"
    assert fields["Content-Type"] == "application/pdf"
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert ["content-length-range", 1, 50_000_000] in policy["conditions"]
    assert {"Content-Type": "application/pdf"} in policy["conditions"]
    assert "x-amz-signature" in fields
    document = records.document(UUID(created["document_id"]))
    assert (document["owner_email"], document["languages"]) == ("owner@example.org", "eng")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"byte_size": 60_000_000}, 400, "file_too_large"),
        ({"content_type": "text/html"}, 400, "format_unsupported"),
        ({"byte_size": 0}, 422, "request_invalid"),
        ({"byte_size": "3"}, 422, "request_invalid"),
        ({"byte_size": True}, 422, "request_invalid"),
        ({"byte_size": 3.5}, 422, "request_invalid"),
        ({"pdfa": "yes"}, 422, "request_invalid"),
        ({"filename": ""}, 422, "request_invalid"),
        ({"languages": "eng; rm -rf"}, 422, "request_invalid"),
        ({"languages": "eng+deu"}, 400, "language_unavailable"),
        ({"outputs": ["docx"]}, 422, "request_invalid"),
        ({"owner_email": "nobody"}, 422, "request_invalid"),
        ({"owner_email": "me@clinic.example,all@clinic.example"}, 422, "request_invalid"),
        ({"owner_email": "me@clinic.example,b"}, 422, "request_invalid"),
        ({"owner_email": "<me@clinic.example>"}, 422, "request_invalid"),
        ({"filename": "scan\x00.pdf"}, 422, "request_invalid"),
        ({"priority": True}, 422, "request_invalid"),
        ({"colour": "red"}, 422, "request_invalid"),
    ],
)
def test_a_request_that_does_not_fit_says_why(client: Client, change: dict[str, Any], status: int, code: str) -> None:
    answered, problem = client.post("/documents", {**SCAN, **change})
    assert (answered, problem["code"]) == (status, code)
    assert problem["detail"].endswith(".")
    assert set(problem) >= {"type", "title", "status", "detail", "code"}


@pytest.mark.parametrize(
    "body",
    [
        '{"filename": "a.pdf", "byte_size": ' + "9" * 5_000 + "}",
        "[" * 100_000,
        '{"a":' * 50_000,
        "{",
        '{"filename": "\\ud800.pdf", "byte_size": 3}',
        b"\xff{}",
    ],
    ids=lambda body: repr(body[:16]),
)
def test_a_body_that_cannot_be_read_is_the_callers_fault(client: Client, body: str | bytes) -> None:
    event = client.event("POST", "/documents")
    sent = body if isinstance(body, str) else base64.b64encode(body).decode()
    event |= {"body": sent, "isBase64Encoded": isinstance(body, bytes)}
    answer = handle(event, Context(), client.around.api)
    assert answer["statusCode"] == 422
    assert json.loads(answer["body"])["code"] == "request_invalid"


def test_a_language_that_is_missing_is_told_with_those_that_are_there(records: Records, client: Client) -> None:
    _, problem = client.post("/documents", {**SCAN, "languages": "deu"})
    assert problem["detail"] == "Text in 'deu' cannot be recognised here. Choose from: eng, spa."
    assert client.get("/me")[1]["limits"]["languages"] == ["eng", "spa"]
    assert records.rows("SELECT 1 FROM documents") == []


def test_a_document_is_read_in_the_languages_of_its_tenant_unless_it_names_others(
    records: Records, client: Client
) -> None:
    def read_in(**members: str) -> tuple[int, str]:
        status, answer = client.post("/documents", {**SCAN, **members})
        if status != 201:
            return status, answer["code"]
        return status, client.get(f"/documents/{answer['document_id']}")[1]["languages"]

    assert read_in() == (201, "eng")
    records.execute("INSERT INTO tenants (tenant_id, default_languages) VALUES ('tenant-a', 'spa+eng')")
    assert read_in() == (201, "spa+eng")
    assert read_in(languages="eng+eng") == (201, "eng")
    assert Client(client.around, "tenant-b").post("/documents", SCAN)[0] == 201
    # The image may have lost a language since the tenant chose it.
    records.execute("UPDATE tenants SET default_languages = 'fra'")
    assert read_in() == (400, "language_unavailable")
    # A tenant may have other settings and no languages.
    records.execute("UPDATE tenants SET default_languages = NULL")
    assert read_in() == (201, "eng")


def test_nobody_on_the_way_keeps_an_answer(client: Client) -> None:
    for answer in (client.respond("GET", "/documents"), client.respond("GET", "/nowhere")):
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
        assert headers["content-security-policy"].startswith("default-src 'none'")


def test_what_was_sent_wrong_is_not_quoted(client: Client) -> None:
    _, problem = client.post("/documents", {**SCAN, "languages": "hypertension <script>"})
    assert "hypertension" not in json.dumps(problem)
    assert "languages" in problem["message"]


def test_outputs_are_asked_for_at_creation_and_told_again(client: Client) -> None:
    _, created = client.post("/documents", {**SCAN, "outputs": ["alto", "alto"], "pdfa": True})
    _, document = client.get(f"/documents/{created['document_id']}")
    assert (document["outputs"], document["pdfa"], document["pdfa_conforms"]) == (["alto"], True, None)


def test_a_type_the_browser_does_not_know_is_no_obstacle(client: Client) -> None:
    status, created = client.post("/documents", {**SCAN, "content_type": "application/octet-stream"})
    assert status == 201
    assert "Content-Type" not in created["upload"]["fields"]


@pytest.mark.parametrize(("role", "priority"), [("member", False), ("premium", True), ("admin", True), ("king", False)])
def test_the_role_decides_about_priority(records: Records, client: Client, role: str, priority: bool) -> None:
    _, created = Client(client.around, role=role).post("/documents", SCAN)
    assert records.document(UUID(created["document_id"]))["priority"] is priority


def test_a_request_sent_twice_under_one_key_is_done_once(records: Records, client: Client) -> None:
    client.headers["idempotency-key"] = "key-1"
    first, again = client.post("/documents", SCAN), client.post("/documents", SCAN)
    assert first == again
    assert first[0] == 201
    assert len(records.rows("SELECT 1 FROM documents")) == 1
    status, problem = client.post("/documents", {**SCAN, "byte_size": 2_000})
    assert (status, problem["code"]) == (409, "idempotency_conflict")
    other = Client(client.around, "tenant-b")
    other.headers["idempotency-key"] = "key-1"
    assert other.post("/documents", SCAN)[1]["document_id"] != first[1]["document_id"]


def test_a_batch_is_created_whole_or_not_at_all(records: Records, client: Client) -> None:
    status, problem = client.post("/batches", {"documents": [SCAN, {**SCAN, "content_type": "text/html"}]})
    assert (status, problem["code"]) == (400, "format_unsupported")
    assert records.rows("SELECT 1 FROM documents") == []
    names = [f"scan-{number}.pdf" for number in range(3)]
    status, batch = client.post("/batches", {"documents": [{**SCAN, "filename": name} for name in names]})
    assert (status, len(batch["documents"])) == (201, 3)
    _, seen = client.get(f"/batches/{batch['batch_id']}")
    assert [document["filename"] for document in seen["documents"]] == names
    assert (seen["counts"], seen["finished"]) == ({"awaiting_upload": 3}, False)
    assert len(client.get("/documents", f"batch_id={batch['batch_id']}")[1]["documents"]) == 3
    records.execute("UPDATE documents SET status = 'expired', finished_at = now()")
    assert client.get(f"/batches/{batch['batch_id']}")[1]["finished"] is True
    assert client.get(f"/batches/{uuid4()}")[1]["code"] == "batch_not_found"


def test_a_list_goes_on_where_it_ended(records: Records, client: Client) -> None:
    ids = [str(records.awaiting()) for _ in range(5)]
    records.awaiting(tenant_id="tenant-b")
    seen: list[str] = []
    query = "limit=2"
    while query:
        _, answer = client.get("/documents", query)
        seen += [document["document_id"] for document in answer["documents"]]
        query = f"limit=2&cursor={answer['next_cursor']}" if answer["next_cursor"] else ""
    assert seen == ids[::-1]
    assert client.get("/documents", "status=completed")[1] == {"documents": [], "next_cursor": None}
    either = client.get("/documents", "status=completed,awaiting_upload")[1]
    assert either["documents"] == client.get("/documents")[1]["documents"] != []
    for cursor in ("x", "WyJhIiwgImIiXQ", "bnVsbA"):
        assert client.get("/documents", f"cursor={cursor}")[1]["code"] == "cursor_invalid"


def test_a_document_says_in_words_where_it_stands(records: Records, client: Client) -> None:
    document_id = records.awaiting()
    _, document = client.get(f"/documents/{document_id}")
    assert (document["filename"], document["stage"], document["eta"]) == ("scan.pdf", "waiting for upload", None)
    waiting = client.get(f"/documents/{records.queued(3)}")[1]
    assert waiting["stage"] == "in queue"
    assert 0 <= waiting["eta"]["earliest_s"] < waiting["eta"]["latest_s"]
    failed = client.get(f"/documents/{records.completed(3, failed=(2,))}")[1]
    assert failed["stage"] == "done, some pages failed"
    assert [(page["page_number"], page["code"]) for page in failed["failed_pages"]] == [(2, "page_timeout")]
    assert failed["cost_usd"] == failed["cost_microusd"] / 1e6


def test_who_asks_too_often_is_told_when_to_come_back(
    records: Records, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = RateLimit("searches", burst=3, per_s=0.01)
    monkeypatch.setattr("functions.api.routes.results.SEARCHES", slow)
    answers = [client.respond("GET", "/search", query="q=seen") for _ in range(4)]
    assert [answer["statusCode"] for answer in answers] == [200, 200, 200, 429]
    assert int(answers[3]["headers"]["Retry-After"]) in range(1, 101)
    assert Client(client.around, "tenant-b").get("/search", "q=seen")[0] == 200
    records.execute("UPDATE rate_buckets SET refilled_at = refilled_at - interval '1 hour'")
    assert client.get("/search", "q=seen")[0] == 200


def test_the_queue_position_counts_what_runs_before(records: Records, client: Client) -> None:
    first, second = records.queued(3), records.queued(3)
    paid = records.queued(3, priority=True)
    elsewhere = records.queued(50)
    positions = [client.get(f"/documents/{one}")[1]["queue_position"] for one in (paid, first, second, elsewhere)]
    assert positions == [1, 2, 3, 1]
    records.claimed(records.chunk_ids(paid)[0])
    _, document = client.get(f"/documents/{second}")
    assert (document["status"], document["queue_position"]) == ("queued", 2)
    assert client.get(f"/documents/{paid}")[1]["queue_position"] is None


def test_pages_can_be_read_while_others_are_still_at_work(records: Records, client: Client) -> None:
    document_id = records.queued(5)
    claim = records.claimed(records.chunk_ids(document_id)[0])
    for page in (1, 2, 4):
        seen = reading(page, text=f"page-{page}", confidence=79.9 if page == 2 else 80.0)
        records.chunks.save_page(claim, seen, f"documents/{document_id}/pages/{page}.jpg")
    records.chunks.save_page(claim, failed_page(3, code="page_timeout", reason="too slow"), None)
    _, document = client.get(f"/documents/{document_id}")
    assert (document["pages_done"], document["pages_failed"], document["page_count"]) == (3, 1, 5)
    status, first = client.get(f"/documents/{document_id}/pages", "limit=3")
    assert (status, [page["page_number"] for page in first["pages"]], first["next_after"]) == (200, [1, 2, 3], 3)
    assert first["pages"][0]["words"][0]["text"] == "page-1"
    assert first["pages"][0]["image_url"].startswith("https://")
    assert (first["pages"][2]["error_code"], first["pages"][2]["image_url"]) == ("page_timeout", None)
    _, second = client.get(f"/documents/{document_id}/pages", f"after={first['next_after']}&limit=3")
    assert ([page["page_number"] for page in second["pages"]], second["next_after"]) == ([4], None)
    _, outline = client.get(f"/documents/{document_id}/outline")
    assert [page["page_number"] for page in outline["pages"]] == [1, 2, 3, 4]
    assert outline["pages"][2]["error_code"] == "page_timeout"
    assert {"words", "text", "image_url"}.isdisjoint(outline["pages"][0])
    assert [page["words_to_check"] for page in outline["pages"]] == [0, 1, 0, 0]


def test_results_exist_once_the_document_is_completed(records: Records, client: Client) -> None:
    document_id = records.recognised(2)
    status, problem = client.get(f"/documents/{document_id}/files")
    assert (status, problem["code"]) == (409, "results_not_ready")
    records.assembly.complete(granted(records.assembly.claim(document_id, generation=0, lease_s=LEASE_S)), USAGE)
    status, files = client.get(f"/documents/{document_id}/files")
    assert status == 200
    assert f"documents/{document_id}/searchable.pdf" in files["searchable_pdf_url"]
    assert (files["hocr_url"], files["alto_url"]) == (None, None)
    records.execute("UPDATE documents SET outputs = '{alto}'")
    files = client.get(f"/documents/{document_id}/files")[1]
    assert files["hocr_url"] is None
    assert f"documents/{document_id}/words.alto.xml" in files["alto_url"]


def test_row_level_security_stands_behind_the_queries(records: Records) -> None:
    document_id = records.recognised(1, tenant_id="tenant-a")
    with records.database.transaction("tenant-b") as cursor:
        for table in ("documents", "chunks", "pages"):
            assert cursor.execute(f"SELECT * FROM {table}").fetchall() == []
        cursor.execute("UPDATE documents SET filename = 'stolen' WHERE id = %s", (document_id,))
        assert cursor.rowcount == 0
    with records.database.transaction("tenant-a") as cursor:
        assert len(cursor.execute("SELECT * FROM pages").fetchall()) == 1


def test_an_id_that_is_none_and_a_route_that_is_none(client: Client) -> None:
    assert client.get("/documents/not-an-id")[0] == 422
    for method, path in (("GET", "/nothing"), ("POST", "/documents/a/b/c")):
        status, problem = client.call(method, path)
        assert (status, problem["code"]) == (404, "route_not_found")


def test_a_fault_of_ours_shows_nothing_of_itself(
    records: Records, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("hypertension")

    monkeypatch.setattr(records.catalog, "get", fail)
    status, problem = client.get(f"/documents/{uuid4()}")
    assert (status, problem["code"]) == (500, "internal_error")
    assert "hypertension" not in json.dumps(problem)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/documents", "GET, POST"), ("DELETE", "/me", "GET"), ("POST", "/documents/1", "DELETE, GET")],
)
def test_another_method_is_told_which_there_are(client: Client, method: str, path: str, allowed: str) -> None:
    answer = client.respond(method, path, {})
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (405, "method_not_allowed")
    headers = {**answer.get("headers", {}), **{k: v[0] for k, v in answer.get("multiValueHeaders", {}).items()}}
    assert headers["Allow"] == allowed


def test_another_path_is_not_found(client: Client) -> None:
    status, problem = client.get("/nothing/here")
    assert (status, problem["code"]) == (404, "route_not_found")


def test_a_body_that_is_not_json_is_told_so(client: Client) -> None:
    client.headers["content-type"] = "text/plain"
    status, problem = client.post("/documents", SCAN)
    assert (status, problem["code"]) == (415, "body_not_json")
