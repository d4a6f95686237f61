"""Intake and assembly in PostgreSQL: claims, admission, completion, failure, redrive."""

from __future__ import annotations

import itertools
from uuid import uuid4

import pytest

from docpipe.domain.document import TRANSITIONS, DocumentStatus
from docpipe.domain.errors import AttemptsExhaustedError, ClaimLostError, DatabaseError, EncryptedFileError
from docpipe.domain.page import failed_page
from docpipe.messages import UploadArrived
from docpipe.stores import Refusal, Refused
from tests.support.records import LEASE_S, USAGE, Records, granted, reading

GIVEN_UP = AttemptsExhaustedError(3, "storage_error")


def test_admission_queues_every_page_once_and_announces_each_chunk(records: Records) -> None:
    document_id = records.queued(150)
    document = records.document(document_id)
    assert (document["status"], document["tier"], document["page_count"]) == ("queued", "large", 150)
    chunks = records.rows("SELECT * FROM chunks WHERE document_id = %s ORDER BY first_page", document_id)
    pages = list(itertools.chain(*(range(row["first_page"], row["last_page"] + 1) for row in chunks)))
    assert pages == list(range(1, 151))
    assert records.outbox(document_id) == [("events", "document.queued"), *[("ocr-large", "chunk_ready")] * 2]


def test_priority_documents_take_the_priority_lane(records: Records) -> None:
    document_id = records.queued(3, priority=True)
    assert records.outbox(document_id)[-1] == ("ocr-small-priority", "chunk_ready")


def test_a_duplicate_upload_event_finds_nothing_to_do(records: Records) -> None:
    document_id = records.queued(3)
    assert records.intake.claim(document_id, generation=0, lease_s=LEASE_S) == Refusal(Refused.DONE)
    assert records.intake.claim(uuid4(), generation=0, lease_s=LEASE_S) == Refusal(Refused.GONE)


def test_a_rejected_file_stays_rejected(records: Records) -> None:
    document_id = records.awaiting()
    claim = granted(records.intake.claim(document_id, generation=0, lease_s=LEASE_S))
    records.intake.fail(claim, EncryptedFileError(), USAGE)
    document = records.document(document_id)
    assert (document["status"], document["status_code"]) == ("failed", "file_encrypted")
    assert "password" in document["status_reason"]
    assert records.intake.claim(document_id, generation=0, lease_s=LEASE_S) == Refusal(Refused.STALE)
    assert records.outbox(document_id) == [("events", "document.failed")]


def test_intake_that_was_given_up_is_reopened_by_its_dead_letter_alone(records: Records) -> None:
    document_id = records.awaiting()
    claim = granted(records.intake.claim(document_id, generation=0, lease_s=LEASE_S))
    redrive = UploadArrived(document_id=document_id, generation=1)
    records.intake.fail(claim, GIVEN_UP, USAGE, dead_letter=redrive)
    assert records.outbox(document_id)[-1] == ("intake-dlq", "upload_arrived")
    assert records.intake.claim(document_id, generation=0, lease_s=LEASE_S) == Refusal(Refused.STALE)
    again = granted(records.intake.claim(document_id, generation=1, lease_s=LEASE_S))
    assert (again.attempt, again.died) == (1, False)
    assert records.document(document_id)["status"] == "awaiting_upload"


def test_a_stage_claim_counts_attempts_and_notices_a_death(records: Records) -> None:
    document_id = records.awaiting()
    first = granted(records.intake.claim(document_id, generation=0, lease_s=LEASE_S))
    busy = records.intake.claim(document_id, generation=0, lease_s=LEASE_S)
    assert isinstance(busy, Refusal)
    assert busy.why is Refused.BUSY
    records.lease_ends("documents", document_id)
    second = granted(records.intake.claim(document_id, generation=0, lease_s=LEASE_S))
    assert (first.attempt, first.died, second.attempt, second.died) == (1, False, 2, True)
    with pytest.raises(ClaimLostError):
        records.intake.extend(first, lease_s=LEASE_S)
    records.intake.release(second, "capacity", counted=False, usage=USAGE)
    third = granted(records.intake.claim(document_id, generation=0, lease_s=LEASE_S))
    assert (third.attempt, third.died) == (2, False)


def test_completion_sums_up_confidence_cost_and_outcome(records: Records) -> None:
    document_id = records.queued(3)
    claim = records.claimed(records.chunk_ids(document_id)[0])
    records.chunks.save_page(claim, reading(1, confidence=80.0), "key")
    records.chunks.save_page(claim, reading(2, confidence=90.0), "key")
    records.chunks.save_page(claim, failed_page(3, code="page_timeout", reason="too slow"), None)
    records.chunks.finish(claim, USAGE)
    assembly = granted(records.assembly.claim(document_id, generation=0, lease_s=LEASE_S))
    assert [page.page_number for page in records.assembly.pages(document_id)] == [1, 2, 3]
    records.assembly.complete(assembly, USAGE)
    document = records.document(document_id)
    assert document["status"] == "completed_with_failures"
    assert document["mean_confidence"] == pytest.approx(85.0)
    # Three invocations of 1,769 MB for a second, and two page images.
    assert document["cost_microusd"] == round(3 * 1.769 * 1_000 / 1_024 * 13.3334 + 3 * 0.2 + 2 * 5)
    assert records.outbox(document_id)[-1] == ("events", "document.completed_with_failures")
    assert records.assembly.claim(document_id, generation=0, lease_s=LEASE_S) == Refusal(Refused.DONE)


def test_assembly_that_was_given_up_is_reopened_at_assembly(records: Records) -> None:
    document_id = records.recognised(2)
    claim = granted(records.assembly.claim(document_id, generation=0, lease_s=LEASE_S))
    records.assembly.fail(claim, GIVEN_UP, USAGE)
    assert records.document(document_id)["status"] == "failed"
    assert records.intake.claim(document_id, generation=1, lease_s=LEASE_S) == Refusal(Refused.DONE)
    granted(records.assembly.claim(document_id, generation=1, lease_s=LEASE_S))
    assert records.document(document_id)["status"] == "assembling"


@pytest.mark.parametrize("count", [40, 47])
def test_pages_for_assembly_come_in_order_beyond_one_read(records: Records, count: int) -> None:
    document_id = records.recognised(count)
    assert [page.page_number for page in records.assembly.pages(document_id)] == list(range(1, count + 1))


def test_the_database_allows_the_domains_transitions_and_no_other(records: Records) -> None:
    allowed = set()
    for before, after in itertools.permutations(DocumentStatus, 2):
        document_id = uuid4()
        records.rows(
            """INSERT INTO documents (id, tenant_id, filename, byte_size, upload_expires_at, status, finished_at)
               VALUES (%s, 't', 'f', 1, now(), %s, now()) RETURNING 1""",
            document_id,
            before,
        )
        try:
            records.rows("UPDATE documents SET status = %s WHERE id = %s RETURNING 1", after, document_id)
        except DatabaseError:
            continue
        allowed.add((before, after))
    assert allowed == {(before, after) for before, afters in TRANSITIONS.items() for after in afters}
