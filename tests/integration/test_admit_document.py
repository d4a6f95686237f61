"""Intake: what becomes of an upload."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.domain.errors import EncryptedFileError, StorageError
from docpipe.domain.keys import upload_key
from docpipe.messages import UploadArrived
from docpipe.pipeline.admit_document import Intake, admit_document
from docpipe.pipeline.invocation import RetryLaterError
from docpipe.pipeline.publish import Publisher
from docpipe.stores import Refused
from tests.support.fakes import FakeMeter, FakeObjectStore, FakePageReader, FakeQueues, instruments
from tests.support.invocations import Clock, scratch, tried_until_given_up
from tests.support.records import LEASE_S, Records, reading


class Desk:
    """An intake function with one document uploaded."""

    def __init__(self, records: Records, *, pages: int = 3, body: bytes = b"%PDF-1.7") -> None:
        self.records = records
        self.meter = FakeMeter()
        self.uploads, self.queues = FakeObjectStore(), FakeQueues()
        self.document_id = records.awaiting()
        if body is not None:
            self.uploads.put(upload_key(self.document_id), body, "application/pdf")
        self.deps = Intake(
            store=records.intake,
            uploads=self.uploads,
            reader=FakePageReader({page: reading(page) for page in range(1, pages + 1)}),
            publisher=Publisher(PostgresOutbox(records.database), self.queues),
            scratch=scratch,
            max_bytes=1_000,
            max_pages=50,
            lease_s=LEASE_S,
            instruments=instruments(self.meter),
        )

    def run(self, *, generation: int = 0, version_id: str | None = None) -> Refused | None:
        message = UploadArrived(document_id=self.document_id, generation=generation, version_id=version_id)
        return admit_document(message, Clock().invocation(), self.deps)

    @property
    def document(self) -> dict[str, object]:
        return self.records.document(self.document_id)


def test_an_upload_is_queued_with_what_was_found_out(records: Records) -> None:
    desk = Desk(records, pages=25)
    assert desk.run() is None
    document = desk.document
    assert (document["status"], document["page_count"], document["tier"]) == ("queued", 25, "medium")
    assert document["sha256"] == hashlib.sha256(b"%PDF-1.7").hexdigest()
    assert document["byte_size"] == 8
    assert len(desk.queues.messages["ocr-medium"]) == 1


def test_the_version_that_the_event_names_is_the_one_that_is_read(records: Records) -> None:
    desk = Desk(records, body=b"%PDF-first")
    desk.uploads.put(upload_key(desk.document_id), b"%PDF-replaced", "application/pdf")
    desk.run(version_id="v1")
    assert desk.document["sha256"] == hashlib.sha256(b"%PDF-first").hexdigest()
    assert desk.document["object_version"] == "v1"


def test_an_event_that_comes_twice_queues_once(records: Records) -> None:
    desk = Desk(records)
    desk.run()
    assert desk.run() is Refused.DONE
    assert len(desk.queues.messages["ocr-small"]) == 1


@pytest.mark.parametrize(
    ("pages", "body", "code"),
    [(3, b"", "file_empty"), (3, b"x" * 1_001, "file_too_large"), (51, b"%PDF", "too_many_pages")],
)
def test_a_file_out_of_bounds_fails_at_once(records: Records, pages: int, body: bytes, code: str) -> None:
    desk = Desk(records, pages=pages, body=body)
    assert desk.run() is None
    assert (desk.document["status"], desk.document["status_code"]) == ("failed", code)
    assert [queue for queue, bodies in desk.queues.messages.items() if bodies] == ["events"]


def test_a_file_that_cannot_be_opened_says_why(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(records)

    def refuse(path: object) -> None:
        raise EncryptedFileError

    monkeypatch.setattr(desk.deps.reader, "inspect", refuse)
    desk.run()
    assert desk.document["status_code"] == "file_encrypted"
    assert desk.run() is Refused.STALE


def test_a_language_without_data_is_refused_before_any_work(records: Records) -> None:
    desk = Desk(records)
    desk.uploads.fails_with = StorageError("never asked for")
    records.rows("UPDATE documents SET languages = 'eng+xyz' WHERE id = %s RETURNING 1", desk.document_id)
    desk.run()
    assert desk.document["status_code"] == "language_unavailable"
    assert "'xyz'" in str(desk.document["status_reason"])


def test_an_upload_that_is_gone_fails_at_once(records: Records) -> None:
    desk = Desk(records)
    desk.uploads.objects.clear()
    desk.run()
    assert desk.document["status_code"] == "upload_missing"


def test_storage_that_fails_is_tried_three_times_and_can_be_redriven(records: Records) -> None:
    desk = Desk(records)
    desk.uploads.fails_with = StorageError("The uploaded file could not be fetched (InternalError). Try again.")
    assert tried_until_given_up(desk.run) == [2, 4]
    assert len(desk.queues.messages["intake-dlq"]) == 1
    desk.uploads.fails_with = None
    assert desk.run() is Refused.STALE
    assert desk.run(generation=1) is None
    assert desk.document["status"] == "queued"


def test_a_file_that_ends_the_function_time_after_time_is_refused_in_the_end(records: Records) -> None:
    desk = Desk(records)
    for _ in range(3):
        records.intake.claim(desk.document_id, generation=0, lease_s=LEASE_S)
        records.lease_ends("documents", desk.document_id)
    desk.run()
    assert desk.document["status_code"] == "file_too_complex"


def test_a_document_in_other_hands_comes_back_later(records: Records) -> None:
    desk = Desk(records)
    records.intake.claim(desk.document_id, generation=0, lease_s=LEASE_S)
    with pytest.raises(RetryLaterError):
        desk.run()


def test_the_function_asks_for_its_messages_invisibility(records: Records) -> None:
    desk, clock = Desk(records), Clock()
    admit_document(UploadArrived(document_id=desk.document_id), clock.invocation(), replace(desk.deps, lease_s=77))
    assert clock.held == [77]
