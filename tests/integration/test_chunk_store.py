"""Chunks in PostgreSQL: claims, pages, splits, retries, redrives."""

from __future__ import annotations

import threading
from dataclasses import replace
from uuid import uuid4

import pytest

from docpipe.adapters.postgres.chunks import PostgresChunks
from docpipe.adapters.postgres.connection import Database
from docpipe.domain.chunking import PageRange
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import AttemptsExhaustedError, ClaimLostError
from docpipe.domain.page import failed_page
from docpipe.messages import ChunkReady
from docpipe.stores import NewChunk, Refusal, Refused
from tests.support.records import LEASE_S, USAGE, Records, reading

GIVEN_UP = AttemptsExhaustedError(3, "storage_error")


def test_the_first_claim_starts_the_document(records: Records) -> None:
    document_id = records.queued(3)
    (chunk_id,) = records.chunk_ids(document_id)
    claim = records.claimed(chunk_id)
    assert (claim.attempt, claim.died, claim.unfinished, claim.object_version) == (1, False, (1, 2, 3), "v1")
    document = records.document(document_id)
    assert document["status"] == "processing"
    assert document["started_at"] is not None


def test_a_chunk_in_hand_is_refused_until_its_lease_ends(records: Records) -> None:
    (chunk_id,) = records.chunk_ids(records.queued(3))
    records.claimed(chunk_id)
    refusal = records.chunks.claim(chunk_id, generation=0, lease_s=LEASE_S)
    assert isinstance(refusal, Refusal)
    assert refusal.why is Refused.BUSY
    assert 0 < refusal.wait_s <= LEASE_S


def test_of_many_claims_at_once_one_is_given(records: Records, database_url: str) -> None:
    (chunk_id,) = records.chunk_ids(records.queued(3))
    answers: list[object] = []

    def claim() -> None:
        store = PostgresChunks(Database(database_url))
        answers.append(store.claim(chunk_id, generation=0, lease_s=LEASE_S))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(answers) == 8
    assert [refusal.why for refusal in refusals] == [Refused.BUSY] * 7


def test_a_silent_death_names_the_pages_that_were_in_hand(records: Records) -> None:
    (chunk_id,) = records.chunk_ids(records.queued(5))
    first = records.claimed(chunk_id)
    records.chunks.begin_page(first, [1], lease_s=LEASE_S)
    records.chunks.save_page(first, reading(1), "key")
    records.chunks.begin_page(first, [2], lease_s=LEASE_S)
    records.lease_ends("chunks", chunk_id)
    second = records.claimed(chunk_id)
    assert (second.attempt, second.died, second.in_hand, second.unfinished) == (2, True, (2,), (2, 3, 4, 5))


def test_a_failed_attempt_that_was_released_did_not_die(records: Records) -> None:
    (chunk_id,) = records.chunk_ids(records.queued(2))
    records.chunks.release(records.claimed(chunk_id), "storage_error", counted=True, usage=USAGE)
    again = records.claimed(chunk_id)
    assert (again.attempt, again.died) == (2, False)


def test_a_throttled_attempt_is_not_counted(records: Records) -> None:
    (chunk_id,) = records.chunk_ids(records.queued(2))
    for _ in range(5):
        records.chunks.release(records.claimed(chunk_id), "capacity", counted=False, usage=USAGE)
    assert records.claimed(chunk_id).attempt == 1


def test_an_overtaken_attempt_can_write_nothing(records: Records) -> None:
    document_id = records.queued(2)
    (chunk_id,) = records.chunk_ids(document_id)
    stale = records.claimed(chunk_id)
    records.lease_ends("chunks", chunk_id)
    current = records.claimed(chunk_id)
    writes = (
        lambda: records.chunks.save_page(stale, reading(1), "key"),
        lambda: records.chunks.begin_page(stale, [1], lease_s=LEASE_S),
        lambda: records.chunks.extend(stale, lease_s=LEASE_S),
        lambda: records.chunks.finish(stale, USAGE),
        lambda: records.chunks.replace(stale, [NewChunk(PageRange(1, 2), "ocr-small")], USAGE),
        lambda: records.chunks.release(stale, "storage_error", counted=True, usage=USAGE),
        lambda: records.chunks.fail(stale, GIVEN_UP, USAGE),
    )
    for write in writes:
        with pytest.raises(ClaimLostError):
            write()
    assert records.rows("SELECT * FROM pages") == []
    assert records.document(document_id)["status"] == "processing"
    records.chunks.save_page(current, reading(1), "key")


def test_a_page_is_counted_once_however_often_it_is_saved(records: Records) -> None:
    document_id = records.queued(2)
    claim = records.claimed(records.chunk_ids(document_id)[0])
    records.chunks.save_page(claim, reading(1, text="first"), "key")
    progress = records.chunks.save_page(claim, reading(1, text="second"), "key")
    assert progress.pages_done == 1
    assert records.row("SELECT text FROM pages")["text"] == "first"


def test_a_page_keeps_its_words_confidence_and_place(records: Records) -> None:
    document_id = records.queued(1)
    claim = records.claimed(records.chunk_ids(document_id)[0])
    records.chunks.save_page(claim, reading(1, text="Größe"), "documents/x/pages/0001.jpg")
    page = records.row("SELECT * FROM pages WHERE document_id = %s", document_id)
    assert page["words"] == [
        {"text": "Größe", "x0": 10, "y0": 20, "x1": 50.13, "y1": 30, "confidence": 90.0, "line": 0}
    ]
    assert (page["source"], page["dpi"], page["rotation"], page["image_key"]) == (
        "ocr", 300.0, 0, "documents/x/pages/0001.jpg",
    )  # fmt: skip


@pytest.mark.parametrize("text", ['"', "\\", "a\tb\nc", "\x01\x7f", "𝒳é", "\u2028", "{},[]:"])
def test_words_are_stored_whatever_they_hold(records: Records, text: str) -> None:
    document_id = records.queued(1)
    claim = records.claimed(records.chunk_ids(document_id)[0])
    read = reading(1)
    word = replace(read.words[0], text=text, x0=-0.004, confidence=100.0, line=3)
    records.chunks.save_page(claim, replace(read, words=(word, word)), None)
    (page,) = records.assembly.pages(document_id)
    assert page.words == (replace(word, x0=0, y0=20, x1=50.13),) * 2


def test_failed_pages_are_counted_apart(records: Records) -> None:
    document_id = records.queued(2)
    claim = records.claimed(records.chunk_ids(document_id)[0])
    records.chunks.save_page(claim, failed_page(1, code="page_timeout", reason="too slow"), None)
    records.chunks.save_page(claim, reading(2), "key")
    progress = records.chunks.finish(claim, USAGE)
    assert (progress.pages_done, progress.pages_failed) == (1, 1)


def test_only_the_last_chunk_leads_to_assembly(records: Records) -> None:
    document_id = records.queued(150)
    chunk_ids = records.chunk_ids(document_id)
    assert len(chunk_ids) == 2
    for chunk_id in chunk_ids:
        assert records.document(document_id)["status"] != "assembling"
        claim = records.claimed(chunk_id)
        for page in claim.unfinished:
            records.chunks.save_page(claim, reading(page), "key")
        records.chunks.finish(claim, USAGE)
    assert records.document(document_id)["status"] == "assembling"
    assert records.outbox(document_id).count(("assemble", "assembly_ready")) == 1


def test_chunks_that_end_together_lead_to_one_assembly(records: Records, database_url: str) -> None:
    document_id = records.queued(400)
    claims = [records.claimed(chunk_id) for chunk_id in records.chunk_ids(document_id)]
    gate = threading.Barrier(len(claims))

    def finish(index: int) -> None:
        store = PostgresChunks(Database(database_url))
        gate.wait()
        store.finish(claims[index], USAGE)

    threads = [threading.Thread(target=finish, args=(index,)) for index in range(len(claims))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) > 3
    assert records.outbox(document_id).count(("assemble", "assembly_ready")) == 1


def test_a_finished_or_split_chunk_is_done(records: Records) -> None:
    chunk_id, other = records.chunk_ids(records.queued(150))
    records.chunks.finish(records.claimed(chunk_id), USAGE)
    records.chunks.replace(records.claimed(other), [NewChunk(PageRange(80, 80), "ocr-large")], USAGE)
    for done in (chunk_id, other):
        assert records.chunks.claim(done, generation=0, lease_s=LEASE_S) == Refusal(Refused.DONE)


def test_a_split_hands_every_page_on_and_announces_it(records: Records) -> None:
    document_id = records.queued(20)
    (chunk_id,) = records.chunk_ids(document_id)
    claim = records.claimed(chunk_id)
    parts = [NewChunk(PageRange(7, 7), "ocr-large", attempt=1), NewChunk(PageRange(8, 20), "ocr-small")]
    records.chunks.replace(claim, parts, USAGE)
    rows = records.rows("SELECT * FROM chunks WHERE split_from = %s ORDER BY first_page", chunk_id)
    assert [(row["first_page"], row["last_page"], row["lane"], row["attempt"]) for row in rows] == [
        (7, 7, "ocr-large", 1),
        (8, 20, "ocr-small", 0),
    ]
    assert records.outbox(document_id)[-2:] == [("ocr-large", "chunk_ready"), ("ocr-small", "chunk_ready")]


def test_giving_up_fails_the_document_and_leaves_a_redrivable_message(records: Records) -> None:
    document_id = records.queued(2)
    (chunk_id,) = records.chunk_ids(document_id)
    claim = records.claimed(chunk_id)
    redrive = ChunkReady(document_id=document_id, chunk_id=chunk_id, generation=claim.generation + 1)
    records.chunks.fail(claim, GIVEN_UP, USAGE, dead_letter=redrive)
    document = records.document(document_id)
    assert (document["status"], document["status_code"]) == ("failed", "attempts_exhausted")
    assert document["status_reason"] == GIVEN_UP.message
    assert ("events", "document.failed") in records.outbox(document_id)
    assert records.outbox(document_id)[-1] == ("ocr-small-dlq", "chunk_ready")


def test_a_redrive_resumes_where_it_stopped_and_a_stale_duplicate_does_not(records: Records) -> None:
    document_id = records.queued(3)
    (chunk_id,) = records.chunk_ids(document_id)
    claim = records.claimed(chunk_id)
    records.chunks.save_page(claim, reading(2), "key")
    records.chunks.fail(claim, GIVEN_UP, USAGE)
    assert records.chunks.claim(chunk_id, generation=0, lease_s=LEASE_S) == Refusal(Refused.STALE)
    assert records.document(document_id)["status"] == "failed"
    again = records.claimed(chunk_id, generation=1)
    assert (again.attempt, again.died, again.unfinished) == (1, False, (1, 3))
    document = records.document(document_id)
    assert (document["status"], document["status_code"], document["finished_at"]) == ("processing", None, None)
    for page in again.unfinished:
        records.chunks.save_page(again, reading(page), "key")
    assert records.chunks.finish(again, USAGE).status is DocumentStatus.ASSEMBLING


def test_the_other_chunks_of_a_failed_document_are_still_read(records: Records) -> None:
    document_id = records.queued(150)
    first, second = records.chunk_ids(document_id)
    records.chunks.fail(records.claimed(first), GIVEN_UP, USAGE)
    claim = records.claimed(second)
    records.chunks.save_page(claim, reading(claim.unfinished[0]), "key")
    assert records.chunks.finish(claim, USAGE).status is DocumentStatus.FAILED


def test_a_document_fails_again_while_another_of_its_chunks_has_failed(records: Records) -> None:
    document_id = records.queued(150)
    first, second = records.chunk_ids(document_id)
    records.chunks.fail(records.claimed(first), GIVEN_UP, USAGE)
    records.chunks.fail(records.claimed(second), GIVEN_UP, USAGE)
    progress = records.chunks.finish(records.claimed(first, generation=1), USAGE)
    assert progress.status is DocumentStatus.FAILED
    assert records.chunks.finish(records.claimed(second, generation=1), USAGE).status is DocumentStatus.ASSEMBLING


@pytest.mark.parametrize("status", ["cancelled"])
def test_work_of_a_closed_document_is_gone(records: Records, status: str) -> None:
    document_id = records.queued(2)
    records.rows("UPDATE documents SET status = %s, finished_at = now() WHERE id = %s RETURNING 1", status, document_id)
    (chunk_id,) = records.chunk_ids(document_id)
    assert records.chunks.claim(chunk_id, generation=0, lease_s=LEASE_S) == Refusal(Refused.GONE)
    assert records.chunks.claim(uuid4(), generation=0, lease_s=LEASE_S) == Refusal(Refused.GONE)
