"""Cancelling, retrying and erasing documents by the API, on the real database."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest

from docpipe.adapters.postgres.cursors import encode
from docpipe.adapters.postgres.lifecycle import PostgresErasures
from docpipe.domain.errors import (
    AllPagesFailedError,
    AttemptsExhaustedError,
    ClaimLostError,
    EncryptedFileError,
    StorageError,
)
from docpipe.domain.page import failed_page
from docpipe.messages import AssemblyReady, ChunkReady, UploadArrived, parse
from docpipe.pipeline.erase_document import finish_erasures
from docpipe.stores import Refusal, Refused
from tests.support.api import Client, Surroundings
from tests.support.records import LEASE_S, USAGE, Records, granted, reading

GIVEN_UP = AttemptsExhaustedError(3, "storage_error")


@pytest.fixture
def client(records: Records, aws_credentials: None) -> Client:
    return Client(Surroundings(records))


def test_a_worker_stops_at_the_next_page_of_a_cancelled_document(records: Records, client: Client) -> None:
    document_id = records.queued(5)
    (chunk_id,) = records.chunk_ids(document_id)
    claim = records.claimed(chunk_id)
    records.chunks.save_page(claim, reading(1), None)
    status, document = client.post(f"/documents/{document_id}/cancel")
    assert (status, document["status"], document["pages_done"]) == (200, "cancelled", 1)
    for write in (
        lambda: records.chunks.begin_page(claim, [2], lease_s=LEASE_S),
        lambda: records.chunks.save_page(claim, reading(2), None),
        lambda: records.chunks.finish(claim, USAGE),
    ):
        with pytest.raises(ClaimLostError):
            write()
    assert records.chunks.claim(chunk_id, generation=9, lease_s=LEASE_S) == Refusal(Refused.GONE)
    assert client.post(f"/documents/{document_id}/cancel")[1]["revision"] == document["revision"]
    assert records.outbox(document_id)[-1] == ("events", "document.cancelled")
    assert len(client.get(f"/documents/{document_id}/pages")[1]["pages"]) == 1


@pytest.mark.parametrize("state", ["awaiting", "assembling"])
def test_a_document_can_be_cancelled_in_every_stage(records: Records, client: Client, state: str) -> None:
    document_id = records.awaiting() if state == "awaiting" else records.recognised(2)
    store = records.intake if state == "awaiting" else records.assembly
    claim = granted(store.claim(document_id, generation=0, lease_s=LEASE_S))
    assert client.post(f"/documents/{document_id}/cancel")[1]["status"] == "cancelled"
    with pytest.raises(ClaimLostError):
        store.extend(claim, lease_s=LEASE_S)
    assert store.claim(document_id, generation=0, lease_s=LEASE_S) == Refusal(Refused.GONE)


def test_what_has_ended_is_not_cancelled(records: Records, client: Client) -> None:
    status, problem = client.post(f"/documents/{records.completed(2)}/cancel")
    assert (status, problem["code"]) == (409, "not_cancellable")


def test_a_retry_reads_the_failed_pages_and_no_others(records: Records, client: Client) -> None:
    document_id = records.completed(6, failed=(2, 3, 6))
    assert client.get(f"/documents/{document_id}")[1]["retryable"] is True
    status, document = client.post(f"/documents/{document_id}/retry")
    assert (status, document["status"], document["pages_done"], document["pages_failed"]) == (200, "processing", 3, 0)
    messages = [parse(body) for body in client.around.queues.messages["ocr-large"]]
    claims = [records.claimed(message.chunk_id) for message in messages if isinstance(message, ChunkReady)]
    assert sorted(page for claim in claims for page in claim.unfinished) == [2, 3, 6]
    for claim in claims:
        for page in claim.unfinished:
            records.chunks.save_page(claim, reading(page), None)
        records.chunks.finish(claim, USAGE)
    stale = records.assembly.claim(document_id, generation=0, lease_s=LEASE_S)
    assert stale == Refusal(Refused.STALE)
    records.assemble(document_id)
    assert client.get(f"/documents/{document_id}")[1]["status"] == "completed"


def test_a_retry_of_a_document_without_a_single_page_reads_all_of_them(records: Records, client: Client) -> None:
    document_id = records.queued(2)
    (chunk_id,) = records.chunk_ids(document_id)
    claim = records.claimed(chunk_id)
    for page in claim.unfinished:
        records.chunks.save_page(claim, failed_page(page, code="page_timeout", reason="Too slow."), None)
    records.chunks.finish(claim, USAGE)
    assembly = granted(records.assembly.claim(document_id, generation=0, lease_s=LEASE_S))
    records.assembly.fail(assembly, AllPagesFailedError(2, "Too slow."), USAGE)
    before = client.get(f"/documents/{document_id}")[1]
    assert [page["code"] for page in before["failed_pages"]] == ["page_timeout"] * 2
    assert (before["status"], before["code"], before["retryable"]) == ("failed", "all_pages_failed", True)
    status, document = client.post(f"/documents/{document_id}/retry")
    assert (status, document["status"], document["code"], document["pages_failed"]) == (200, "processing", None, 0)
    (again,) = map(parse, client.around.queues.messages["ocr-large"])
    assert isinstance(again, ChunkReady)
    claim = records.claimed(again.chunk_id)
    assert claim.unfinished == (1, 2)
    for page in claim.unfinished:
        records.chunks.save_page(claim, reading(page), None)
    records.chunks.finish(claim, USAGE)
    records.assemble(document_id)
    assert client.get(f"/documents/{document_id}")[1]["status"] == "completed"


def test_a_retry_of_a_failed_chunk_leaves_its_dead_letter_stale(records: Records, client: Client) -> None:
    document_id = records.queued(3)
    (chunk_id,) = records.chunk_ids(document_id)
    claim = records.claimed(chunk_id)
    records.chunks.save_page(claim, reading(1), None)
    dead = ChunkReady(document_id=document_id, chunk_id=chunk_id, generation=1)
    records.chunks.fail(claim, GIVEN_UP, USAGE, dead_letter=dead)
    assert client.post(f"/documents/{document_id}/retry")[1]["status"] == "processing"
    assert records.chunks.claim(chunk_id, generation=1, lease_s=LEASE_S) == Refusal(Refused.STALE)
    again = parse(client.around.queues.messages["ocr-small"][-1])
    assert isinstance(again, ChunkReady)
    assert records.claimed(chunk_id, generation=again.generation).unfinished == (2, 3)


def test_a_retry_begins_at_the_stage_that_failed(records: Records, client: Client) -> None:
    new = records.awaiting()
    records.intake.fail(granted(records.intake.claim(new, generation=0, lease_s=LEASE_S)), GIVEN_UP, USAGE)
    read = records.recognised(2)
    records.assembly.fail(granted(records.assembly.claim(read, generation=0, lease_s=LEASE_S)), GIVEN_UP, USAGE)
    assert client.post(f"/documents/{new}/retry")[1]["status"] == "awaiting_upload"
    assert client.post(f"/documents/{read}/retry")[1]["status"] == "assembling"
    arrived = parse(client.around.queues.messages["intake"][-1])
    ready = parse(client.around.queues.messages["assemble"][-1])
    assert isinstance(arrived, UploadArrived)
    assert isinstance(ready, AssemblyReady)
    granted(records.intake.claim(new, generation=arrived.generation, lease_s=LEASE_S))
    granted(records.assembly.claim(read, generation=ready.generation, lease_s=LEASE_S))


def test_what_would_fail_again_is_not_retried(records: Records, client: Client) -> None:
    encrypted = records.awaiting()
    claim = granted(records.intake.claim(encrypted, generation=0, lease_s=LEASE_S))
    records.intake.fail(claim, EncryptedFileError(), USAGE)
    for document_id in (encrypted, records.completed(2), records.queued(2)):
        assert client.get(f"/documents/{document_id}")[1]["retryable"] is False
        status, problem = client.post(f"/documents/{document_id}/retry")
        assert (status, problem["code"]) == (409, "not_retryable")


def test_erasing_leaves_nothing_but_the_audit(records: Records, client: Client) -> None:
    around = client.around
    document_id, other = records.completed(3, text="hypertension"), records.completed(1)
    for owner in (document_id, other):
        around.uploads.put(f"uploads/{owner}", b"first", "application/pdf")
        around.uploads.put(f"uploads/{owner}", b"second", "application/pdf")
        around.results.put(f"documents/{owner}/pages/0001.jpg", b"jpeg", "image/jpeg")
    assert client.respond("DELETE", f"/documents/{document_id}")["statusCode"] == 204
    assert client.get(f"/documents/{document_id}")[0] == 404
    assert list(around.uploads.objects) == [f"uploads/{other}"]
    assert list(around.results.objects) == [f"documents/{other}/pages/0001.jpg"]
    holders = records.rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public'"
        " AND (column_name = 'document_id' OR (table_name, column_name) = ('documents', 'id'))"
    )
    left = {
        holder["table_name"]
        for holder in holders
        if records.rows(f"SELECT 1 FROM {holder['table_name']} WHERE {holder['column_name']} = %s", document_id)
    }
    assert left == {"audit", "erasures"}
    audit = records.row("SELECT * FROM audit WHERE document_id = %s", document_id)
    assert (audit["action"], audit["actor"], audit["details"]) == (
        "document.deleted",
        "someone",
        {"pages": 3, "objects": 3},
    )
    assert client.get(f"/documents/{other}")[0] == 200


def test_a_page_stored_while_its_document_was_erased_goes_too(records: Records, client: Client) -> None:
    document_id = records.queued(3)
    records.claimed(records.chunk_ids(document_id)[0])
    assert client.respond("DELETE", f"/documents/{document_id}")["statusCode"] == 204
    shelves, erasures = client.around.api.shelves, PostgresErasures(records.database)
    client.around.results.put(f"documents/{document_id}/pages/0001.jpg", b"jpeg", "image/jpeg")
    assert finish_erasures(erasures, shelves) == 0
    records.execute("UPDATE erasures SET due_at = now() - interval '1 s'")
    assert finish_erasures(erasures, shelves) == 1
    assert not client.around.results.objects
    assert finish_erasures(erasures, shelves) == 0


def test_an_erasure_that_storage_refused_can_be_repeated(records: Records, client: Client) -> None:
    document_id = records.completed(1)
    client.around.results.fails_with = StorageError("Storage is down. Try again.")
    assert client.call("DELETE", f"/documents/{document_id}")[0] == 503
    assert client.get(f"/documents/{document_id}")[0] == 200
    client.around.results.fails_with = None
    assert client.respond("DELETE", f"/documents/{document_id}")["statusCode"] == 204


def test_search_shows_where_the_words_are_without_markup(records: Records, client: Client) -> None:
    found = records.completed(2, text="Patient with <b>essential</b> hypertension, controlled by diet")
    records.completed(1, text="nothing of that kind")
    _, answer = client.get("/search", 'q="essential b hypertension"')
    assert answer["hits"] == []
    _, answer = client.get("/search", "q=Hypertension diet&limit=1")
    (hit,) = answer["hits"]
    assert (hit["document_id"], hit["filename"], hit["page_number"]) == (str(found), "scan.pdf", 1)
    assert [piece["text"] for piece in hit["snippet"] if piece["match"]] == ["hypertension", "diet"]
    _, rest = client.get("/search", f"q=hypertension diet&limit=1&cursor={answer['next_cursor']}")
    assert ([hit["page_number"] for hit in rest["hits"]], rest["next_cursor"]) == ([2], None)


@pytest.mark.parametrize(
    ("rank", "page"),
    [
        *(("0.1", 10**12), ("0.1", -1), ("0.1", True)),
        *((rank, 1) for rank in ("nan", "inf", "1e999", "1e39", "-1", "", "x")),
    ],
)
def test_a_cursor_of_a_callers_own_making_is_refused(client: Client, rank: str, page: int) -> None:
    made = encode(rank, str(uuid4()), page)
    status, problem = client.get("/search", f"q=word&cursor={made}")
    assert (status, problem["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize("rank", ["1_0", "\u0663", " 0.1\n"])
def test_a_cursor_that_python_reads_and_postgresql_does_not_does_no_harm(client: Client, rank: str) -> None:
    made = encode(rank, f"urn:uuid:{uuid4()}", 1)
    assert client.get("/search", f"q=word&cursor={made}") == (200, {"hits": [], "next_cursor": None})


def test_long_answers_are_cut_and_go_on(records: Records, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    document_id = records.completed(5, text="x" * 1_000)
    monkeypatch.setattr("functions.api.routes.results.ANSWER_BYTES", 5_000)
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        answer = client.respond("GET", f"/documents/{document_id}/text", query=f"after={after}")
        assert len(answer["body"]) < 6_000
        body = json.loads(answer["body"])
        seen += [page["page_number"] for page in body["pages"]]
        after = body["next_after"]
    assert seen == [1, 2, 3, 4, 5]
    _, pages = client.get(f"/documents/{document_id}/pages")
    assert (len(pages["pages"]), pages["next_after"]) == (2, 2)
    assert client.get(f"/documents/{document_id}/pages/4")[1]["text"] == "x" * 1_000
    assert client.get(f"/documents/{document_id}/pages/6")[1]["code"] == "page_not_found"


def test_search_stays_within_a_document_and_a_tenant(records: Records, client: Client) -> None:
    here, there = (records.completed(2, text="hypertension") for _ in range(2))
    strange = records.completed(1, text="hypertension", tenant_id="tenant-b")

    def found(document_id: UUID) -> list[tuple[str, int]]:
        _, answer = client.get("/search", f"q=hypertension&document_id={document_id}")
        return [(hit["document_id"], hit["page_number"]) for hit in answer["hits"]]

    assert found(here) == [(str(here), 1), (str(here), 2)]
    assert found(strange) == []
    _, first = client.get("/search", f"q=hypertension&document_id={there}&limit=1")
    _, rest = client.get("/search", f"q=hypertension&document_id={there}&limit=1&cursor={first['next_cursor']}")
    assert [hit["page_number"] for hit in first["hits"] + rest["hits"]] == [1, 2]


def test_work_on_documents_that_failed_costs_as_well(records: Records, client: Client) -> None:
    operator = Client(client.around, "tenant-b", role="admin")
    document_id = records.awaiting()
    assert client.get(f"/documents/{document_id}")[1]["cost_usd"] is None
    assert operator.get("/admin/overview")[1]["cost_usd_today"] == 0
    claim = granted(records.intake.claim(document_id, generation=0, lease_s=LEASE_S))
    records.intake.fail(claim, EncryptedFileError(), USAGE)
    cost = client.get(f"/documents/{document_id}")[1]["cost_usd"]
    assert operator.get("/admin/overview")[1]["cost_usd_today"] == cost > 0


def test_what_is_still_being_read_has_no_cost_yet(records: Records, client: Client) -> None:
    document_id = records.queued(3)
    assert client.get(f"/documents/{document_id}")[1]["cost_usd"] is None
    assert client.post(f"/documents/{document_id}/cancel")[1]["cost_usd"] > 0


def test_an_operator_sees_the_whole_and_redrives(records: Records, client: Client) -> None:
    operator = Client(client.around, "tenant-b", role="admin")
    records.queued(3, priority=True)
    waiting = records.queued(3)
    records.claimed(records.chunk_ids(waiting)[0])
    records.completed(2, failed=(2,))
    _, seen = operator.get("/admin/overview")
    lanes = {lane["queue"]: (lane["waiting"], lane["running"]) for lane in seen["lanes"]}
    assert (lanes["ocr-small-priority"], lanes["ocr-small"], lanes["ocr-large"]) == ((1, 0), (0, 1), (0, 0))
    assert seen["documents_by_state"] == {"completed_with_failures": 1, "processing": 1, "queued": 1}
    assert seen["failures_by_reason"] == [{"code": "page_timeout", "count": 1}]
    assert sum(minute["pages"] for minute in seen["throughput"]) == 2
    assert seen["cost_usd_today"] > 0
    assert seen["eta_calibration"]["promised"] == 1
    assert seen["dead_letters"] == []
    client.around.queues.messages["ocr-small-dlq"] += ["one", "two"]
    assert operator.get("/admin/overview")[1]["dead_letters"] == [{"queue": "ocr-small", "messages": 2}]
    assert operator.post("/admin/redrive", {"queue": "ocr-small"})[1] == {"queue": "ocr-small", "moved": 2}
    assert client.around.queues.messages["ocr-small"][-2:] == ["one", "two"]
    assert operator.post("/admin/redrive", {"queue": "ocr-tiny"})[1]["code"] == "queue_unknown"
    assert records.row("SELECT details FROM audit")["details"] == {"queue": "ocr-small", "moved": 2}


def test_me_tells_who_i_am_and_what_is_taken(client: Client) -> None:
    _, me = Client(client.around, role="premium").get("/me")
    assert (me["tenant_id"], me["email"], me["role"]) == ("tenant-a", "owner@example.org", "premium")
    assert me["limits"]["max_file_bytes"] == 50_000_000
    assert "application/pdf" in me["limits"]["formats"]


def test_an_id_is_a_uuid_everywhere(client: Client) -> None:
    assert client.get("/batches/none")[0] == 422
    assert UUID(client.post("/documents", {"filename": "a.pdf", "byte_size": 1})[1]["document_id"])
