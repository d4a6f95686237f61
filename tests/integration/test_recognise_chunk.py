"""Recognition of a chunk: the promises about retries, silent death, poison pages, time limits."""

from __future__ import annotations

from uuid import UUID

import pytest

from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.domain.errors import CapacityError, ClaimLostError, EncryptedFileError, StorageError
from docpipe.domain.keys import page_image_key, upload_key
from docpipe.messages import ChunkReady, parse
from docpipe.pipeline.invocation import RetryLaterError
from docpipe.pipeline.publish import Publisher
from docpipe.pipeline.recognise_chunk import Recognition, recognise_chunk
from docpipe.stores import Refused
from tests.support.fakes import FakeMeter, FakeObjectStore, FakePageReader, FakeQueues, instruments
from tests.support.invocations import Clock, scratch, tried_until_given_up
from tests.support.records import LEASE_S, Records, reading

BROKEN = StorageError("A page image could not be stored (InternalError). Try again.")


class Lane:
    """A recognition function with a document in its queue."""

    def __init__(self, records: Records, pages: int) -> None:
        self.records = records
        self.meter = FakeMeter()
        self.uploads, self.results, self.queues = FakeObjectStore(), FakeObjectStore(), FakeQueues()
        self.reader = FakePageReader({page: reading(page) for page in range(1, pages + 1)})
        self.clock = Clock()
        self.document_id = records.queued(pages)
        self.uploads.objects[upload_key(self.document_id)].append(("v1", b"%PDF-"))
        self.deps = Recognition(
            store=records.chunks,
            uploads=self.uploads,
            results=self.results,
            reader=self.reader,
            publisher=Publisher(PostgresOutbox(records.database), self.queues),
            scratch=scratch,
            page_time_limit_s=120.0,
            lease_s=LEASE_S,
            instruments=instruments(self.meter),
        )
        self.deps.publisher.flush()

    def messages(self, queue: str = "ocr-small") -> list[ChunkReady]:
        return [ChunkReady.model_validate(parse(body).model_dump()) for body in self.queues.messages[queue]]

    def run(self, message: ChunkReady | None = None) -> Refused | None:
        return recognise_chunk(message or self.messages()[0], self.clock.invocation(), self.deps)

    @property
    def document(self) -> dict[str, object]:
        return self.records.document(self.document_id)

    def pages(self) -> list[tuple[int, str]]:
        rows = self.records.rows(
            "SELECT page_number, source FROM pages WHERE document_id = %s ORDER BY 1", self.document_id
        )
        return [(row["page_number"], row["source"]) for row in rows]


def test_every_page_is_committed_with_its_image_and_assembly_follows(records: Records) -> None:
    lane = Lane(records, 3)
    assert lane.run() is None
    assert lane.pages() == [(1, "ocr"), (2, "ocr"), (3, "ocr")]
    assert lane.results.get(page_image_key(lane.document_id, 2)) == b"jpeg"
    assert lane.document["status"] == "assembling"
    assert len(lane.queues.messages["assemble"]) == 1


def test_a_message_that_comes_twice_changes_nothing(records: Records) -> None:
    lane = Lane(records, 3)
    lane.run()
    assert lane.run() is Refused.DONE
    assert lane.reader.begun == [1, 2, 3]
    assert len(lane.queues.messages["assemble"]) == 1


def test_a_duplicate_during_the_work_comes_back_after_the_lease(records: Records) -> None:
    lane = Lane(records, 3)
    records.claimed(records.chunk_ids(lane.document_id)[0])
    with pytest.raises(RetryLaterError) as later:
        lane.run()
    assert 0 < later.value.after_s <= LEASE_S + 1
    assert lane.reader.begun == []


def test_a_failed_attempt_backs_off_and_the_next_reads_only_what_is_left(records: Records) -> None:
    lane = Lane(records, 4)
    lane.reader.after_each = lambda: setattr(lane.results, "fails_with", BROKEN)
    waits = []
    for _ in range(2):
        with pytest.raises(RetryLaterError) as later:
            lane.run()
        waits.append(later.value.after_s)
        lane.results.fails_with = None
    assert waits == [2, 4]
    lane.reader.after_each = lambda: None
    lane.run()
    # Pages whose image was stored were committed; those that failed were read again, no others.
    assert lane.reader.begun == [1, 2, 2, 3, 3, 4]
    assert lane.document["status"] == "assembling"


def test_the_third_failure_is_the_last_and_its_message_can_be_redriven(records: Records) -> None:
    lane = Lane(records, 2)
    lane.results.fails_with = BROKEN
    assert tried_until_given_up(lane.run) == [2, 4]
    assert (lane.document["status"], lane.document["status_code"]) == ("failed", "attempts_exhausted")
    assert "storage_error" in str(lane.document["status_reason"])
    (dead_letter,) = lane.messages("ocr-small-dlq")
    assert lane.run() is Refused.STALE
    lane.results.fails_with = None
    lane.run(dead_letter)
    assert lane.document["status"] == "assembling"


def test_a_throttle_is_no_attempt(records: Records) -> None:
    lane = Lane(records, 1)
    lane.results.fails_with = CapacityError("The service is throttling. Wait and try again.")
    for _ in range(5):
        with pytest.raises(RetryLaterError):
            lane.run()
    lane.results.fails_with = None
    assert lane.run() is None


def test_an_error_nobody_foresaw_uses_up_its_attempts_and_no_more(records: Records) -> None:
    lane = Lane(records, 1)
    lane.reader.readings[1] = ZeroDivisionError("division by zero")
    assert tried_until_given_up(lane.run) == [2, 4]
    assert lane.document["status_code"] == "attempts_exhausted"


def test_a_fault_of_the_file_fails_at_once(records: Records) -> None:
    lane = Lane(records, 2)
    lane.reader.readings[1] = EncryptedFileError()
    assert lane.run() is None
    assert (lane.document["status"], lane.document["status_code"]) == ("failed", "file_encrypted")
    assert lane.queues.messages["ocr-small-dlq"] == []


def test_an_upload_that_is_gone_fails_at_once(records: Records) -> None:
    lane = Lane(records, 1)
    lane.uploads.objects.clear()
    lane.run()
    assert lane.document["status_code"] == "upload_missing"


def die(lane: Lane, message: ChunkReady) -> None:
    """An attempt that ends without a word at the page it has in hand, and whose lease then runs out."""

    claim = lane.records.claimed(message.chunk_id, generation=message.generation)
    lane.records.chunks.begin_page(claim, [7], lease_s=LEASE_S)
    lane.records.lease_ends("chunks", claim.chunk_id)


def test_a_page_that_kills_its_worker_is_isolated_and_the_rest_completes(records: Records) -> None:
    lane = Lane(records, 12)
    poison = 7
    die(lane, lane.messages()[0])
    lane.run()
    (alone,) = lane.messages("ocr-large")
    row = records.row("SELECT first_page, last_page FROM chunks WHERE id = %s", alone.chunk_id)
    assert (row["first_page"], row["last_page"]) == (poison, poison)
    for message in lane.messages()[1:]:
        lane.run(message)
    assert [page for page, _ in lane.pages()] == [page for page in range(1, 13) if page != poison]
    for _ in range(2):
        die(lane, alone)
    lane.run(alone)
    assert dict(lane.pages())[poison] == "failed"
    assert lane.document["status"] == "assembling"
    assert lane.document["pages_failed"] == 1
    failed = records.row("SELECT error_code, reason FROM pages WHERE source = 'failed'")
    assert failed["error_code"] == "page_worker_died"
    assert poison not in lane.reader.begun


def test_a_death_before_the_first_page_halves_the_chunk_down_to_single_pages(records: Records) -> None:
    lane = Lane(records, 4)
    sizes = []
    message = lane.messages()[0]
    for _ in range(2):
        claim = records.claimed(message.chunk_id)
        sizes.append(len(claim.unfinished))
        records.lease_ends("chunks", claim.chunk_id)
        lane.run(message)
        message = lane.messages()[-1]
    claim = records.claimed(message.chunk_id)
    assert [*sizes, len(claim.unfinished)] == [4, 2, 1]


def test_a_healthy_document_survives_the_death_of_its_worker(records: Records) -> None:
    lane = Lane(records, 1)
    claim = records.claimed(lane.messages()[0].chunk_id)
    records.chunks.begin_page(claim, [1], lease_s=LEASE_S)
    records.lease_ends("chunks", claim.chunk_id)
    lane.run()
    assert lane.pages() == [(1, "ocr")]
    assert lane.document["status"] == "assembling"


def test_when_time_is_short_the_rest_goes_back_as_new_work_not_as_a_failure(records: Records) -> None:
    lane = Lane(records, 5)

    def after_each() -> None:
        if len(lane.reader.begun) == 2:
            lane.clock.remaining_ms = 100_000

    lane.reader.after_each = after_each
    lane.run()
    assert lane.pages() == [(1, "ocr"), (2, "ocr")]
    lane.clock.remaining_ms = 900_000
    lane.run(lane.messages()[1])
    assert len(lane.pages()) == 5
    attempts = records.rows("SELECT attempt FROM chunks WHERE document_id = %s", lane.document_id)
    assert [row["attempt"] for row in attempts] == [1, 1]
    assert lane.document["status"] == "assembling"


def test_an_attempt_short_of_time_from_the_start_still_gets_one_page_done(records: Records) -> None:
    lane = Lane(records, 3)
    lane.clock.remaining_ms = 1
    lane.run()
    lane.run(lane.messages()[1])
    assert len(lane.pages()) == 2


def test_an_overtaken_attempt_stops_at_its_next_page(records: Records) -> None:
    lane = Lane(records, 3)
    chunk_id: UUID = lane.messages()[0].chunk_id

    def overtake() -> None:
        records.lease_ends("chunks", chunk_id)
        records.claimed(chunk_id)

    lane.reader.after_each = overtake
    with pytest.raises(ClaimLostError):
        lane.run()
    assert lane.reader.begun == [1]
    assert records.row("SELECT status FROM chunks WHERE id = %s", chunk_id)["status"] == "processing"


def test_a_queue_that_takes_no_news_does_not_fail_the_page(records: Records) -> None:
    lane = Lane(records, 2)
    lane.reader.after_each = lambda: setattr(lane.queues, "fails", True)
    with pytest.raises(Exception, match="does not take messages"):
        # Sending what was committed fails at the end; what was committed stays.
        lane.run()
    assert lane.document["status"] == "assembling"
    lane.queues.fails = False
    lane.deps.publisher.flush()
    assert len(lane.queues.messages["assemble"]) == 1
