"""The HTTP API through its handler: what it answers, and what it keeps to itself."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID, uuid4

import boto3
import pytest
from moto import mock_aws

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.s3 import S3UploadDesk
from docpipe.bootstrap import Api
from docpipe.domain.page import failed_page
from docpipe.pipeline.create_document import FrontDesk
from functions.api.handler import handle
from tests.support.fakes import FakeObjectStore
from tests.support.invocations import Context
from tests.support.records import LEASE_S, USAGE, Records, granted, reading

SCAN = {"filename": "scan.pdf", "byte_size": 1_000, "content_type": "application/pdf"}


class Client:
    """A caller of the API, of one tenant."""

    def __init__(self, records: Records, tenant_id: str = "tenant-a") -> None:
        with mock_aws():
            desk = S3UploadDesk(boto3.client("s3", config=CONFIG), "uploads-bucket")
        self._api = Api(
            front_desk=FrontDesk(catalog=records.catalog, desk=desk, max_bytes=50_000_000),
            catalog=records.catalog,
            results=FakeObjectStore(),
        )
        self._tenant_id = tenant_id

    def call(self, method: str, path: str, body: object = None, query: str = "") -> tuple[int, dict[str, Any]]:
        event = {
            "version": "2.0",
            "routeKey": "ANY /{proxy+}",
            "rawPath": path,
            "rawQueryString": query,
            "queryStringParameters": dict(pair.split("=") for pair in query.split("&") if pair),
            "headers": {"content-type": "application/json"},
            "requestContext": {
                "http": {"method": method, "path": path},
                "stage": "$default",
                "authorizer": {
                    "lambda": {"tenant_id": self._tenant_id, "email": "owner@example.org", "role": "member"}
                },
            },
            "body": json.dumps(body) if body is not None else None,
            "isBase64Encoded": False,
        }
        answer = handle(event, Context(), self._api)
        return answer["statusCode"], json.loads(answer["body"])

    def post(self, body: object) -> tuple[int, dict[str, Any]]:
        return self.call("POST", "/documents", body)

    def get(self, path: str, query: str = "") -> tuple[int, dict[str, Any]]:
        return self.call("GET", path, query=query)


@pytest.fixture
def client(records: Records, aws_credentials: None) -> Client:
    return Client(records)


def test_a_document_is_created_with_a_form_that_bounds_what_may_be_uploaded(records: Records, client: Client) -> None:
    status, created = client.post(SCAN)
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
        ({"filename": ""}, 422, "request_invalid"),
        ({"languages": "eng; rm -rf"}, 422, "request_invalid"),
        ({"owner_email": "nobody"}, 422, "request_invalid"),
        ({"colour": "red"}, 422, "request_invalid"),
    ],
)
def test_a_request_that_does_not_fit_says_why(client: Client, change: dict[str, Any], status: int, code: str) -> None:
    answered, problem = client.post({**SCAN, **change})
    assert (answered, problem["code"]) == (status, code)
    assert problem["message"].endswith(".")


def test_what_was_sent_wrong_is_not_quoted(client: Client) -> None:
    _, problem = client.post({**SCAN, "languages": "hypertension <script>"})
    assert "hypertension" not in json.dumps(problem)
    assert "languages" in problem["message"]


def test_a_type_the_browser_does_not_know_is_no_obstacle(client: Client) -> None:
    status, created = client.post({**SCAN, "content_type": "application/octet-stream"})
    assert status == 201
    assert "Content-Type" not in created["upload"]["fields"]


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
        records.chunks.save_page(claim, reading(page, text=f"page-{page}"), f"documents/{document_id}/pages/{page}.jpg")
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


def test_results_exist_once_the_document_is_completed(records: Records, client: Client) -> None:
    document_id = records.recognised(2)
    status, problem = client.get(f"/documents/{document_id}/files")
    assert (status, problem["code"]) == (409, "results_not_ready")
    records.assembly.complete(granted(records.assembly.claim(document_id, generation=0, lease_s=LEASE_S)), USAGE)
    status, files = client.get(f"/documents/{document_id}/files")
    assert status == 200
    assert f"documents/{document_id}/searchable.pdf" in files["searchable_pdf_url"]


@pytest.mark.parametrize("tail", ["", "/pages", "/files"])
def test_another_tenants_document_does_not_exist(records: Records, aws_credentials: None, tail: str) -> None:
    document_id = records.recognised(1, tenant_id="tenant-a")
    stranger = Client(records, "tenant-b")
    for path in (document_id, uuid4()):
        status, problem = stranger.get(f"/documents/{path}{tail}")
        assert (status, problem["code"]) == (404, "document_not_found")


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
    for method, path in (("GET", "/nothing"), ("DELETE", "/documents")):
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
