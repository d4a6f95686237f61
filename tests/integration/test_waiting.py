"""Positions, promised ranges and ageing in the real lanes: who runs before whom, and for how long at most."""

from __future__ import annotations

from dataclasses import replace

from docpipe.adapters.postgres.catalog import PostgresCatalog
from docpipe.adapters.postgres.rows import within
from docpipe.adapters.postgres.upkeep import PostgresUpkeep
from docpipe.adapters.postgres.waiting import waiting_of
from docpipe.domain.ageing import PROMOTED_AT_LEAST
from docpipe.domain.document import DocumentStatus
from docpipe.domain.page import PageSource
from docpipe.stores import Refusal, Refused
from tests.support.records import LEASE_S, Records, reading

WAITED_S = 600


def waited(records: Records, seconds: int) -> None:
    records.execute(f"UPDATE chunks SET created_at = created_at - make_interval(secs => {seconds})")


def position(records: Records, document_id: object) -> int | None:
    catalog: PostgresCatalog = records.catalog
    return catalog.get("tenant-a", document_id).queue_position  # type: ignore[arg-type]


def test_what_has_waited_too_long_takes_the_priority_lane(records: Records) -> None:
    waiting = records.queued(3)
    waited(records, WAITED_S + 1)
    later, premium = records.queued(3), records.queued(3, priority=True)
    assert [position(records, one) for one in (premium, waiting, later)] == [1, 2, 3]
    upkeep = PostgresUpkeep(records.database)
    assert upkeep.promote(waiting_s=WAITED_S) == 1
    assert [position(records, one) for one in (waiting, premium, later)] == [1, 2, 3]
    assert records.outbox(waiting)[-2:] == [("ocr-small", "chunk_ready"), ("ocr-small-priority", "chunk_ready")]
    assert upkeep.promote(waiting_s=WAITED_S) == 0


def test_the_message_in_the_lane_of_before_is_stale(records: Records) -> None:
    document_id = records.queued(3)
    waited(records, WAITED_S + 1)
    PostgresUpkeep(records.database).promote(waiting_s=WAITED_S)
    (chunk_id,) = records.chunk_ids(document_id)
    assert records.chunks.claim(chunk_id, generation=0, lease_s=LEASE_S) == Refusal(Refused.STALE)
    assert records.claimed(chunk_id, generation=1).lane == "ocr-small-priority"


def test_the_longest_waiting_go_first_and_never_all_at_once(records: Records) -> None:
    documents = []
    for _ in range(PROMOTED_AT_LEAST + 3):
        waited(records, 60)
        documents.append(records.queued(2))
    waited(records, WAITED_S + 1)
    upkeep = PostgresUpkeep(records.database)
    assert upkeep.promote(waiting_s=WAITED_S) == PROMOTED_AT_LEAST
    assert upkeep.promote(waiting_s=WAITED_S) == 0
    promoted = records.rows("SELECT document_id FROM chunks WHERE promoted_at IS NOT NULL")
    assert {row["document_id"] for row in promoted} == set(documents[:PROMOTED_AT_LEAST])
    records.claimed(records.chunk_ids(documents[0])[0], generation=1)
    assert upkeep.promote(waiting_s=WAITED_S) == 1


def test_work_in_hand_is_not_moved(records: Records) -> None:
    document_id = records.queued(3)
    records.claimed(records.chunk_ids(document_id)[0])
    waited(records, WAITED_S + 1)
    assert PostgresUpkeep(records.database).promote(waiting_s=WAITED_S) == 0


def test_the_range_is_promised_once_as_a_document_joins_the_queue(records: Records) -> None:
    records.queued(15)
    document_id = records.queued(5)
    first = records.document(document_id)
    assert first["eta_promised_at"] == first["queued_at"]
    assert first["queued_at"] <= first["eta_earliest_at"] < first["eta_latest_at"]
    records.queued(20, priority=True)
    view = records.catalog.get("tenant-a", document_id)
    assert view.eta is not None
    assert records.document(document_id)["eta_latest_at"] == first["eta_latest_at"]


def test_the_range_follows_what_is_ahead_and_what_is_done(records: Records) -> None:
    document_id = records.queued(5)
    alone = records.catalog.get("tenant-a", document_id).eta
    records.queued(20, priority=True)
    behind = records.catalog.get("tenant-a", document_id).eta
    claim = records.claimed(records.chunk_ids(document_id)[0])
    for page in (1, 2, 3, 4):
        records.chunks.save_page(claim, reading(page), None)
    nearly = records.catalog.get("tenant-a", document_id)
    assert alone is not None
    assert behind is not None
    assert nearly.eta is not None
    assert nearly.eta.latest_s < alone.latest_s < behind.latest_s
    assert nearly.queue_position is None
    other = records.catalog.get("tenant-a", records.completed(1))
    assert (other.eta, other.queue_position) == (None, None)


def test_of_a_pdf_the_own_pages_tell_whether_they_have_to_be_recognised(records: Records) -> None:
    document_id = records.queued(20)
    before = records.catalog.get("tenant-a", document_id).eta
    claim = records.claimed(records.chunk_ids(document_id)[0])
    for page in range(1, 9):
        records.chunks.save_page(claim, replace(reading(page), source=PageSource.TEXT_LAYER, duration_ms=20), None)
    text = records.catalog.get("tenant-a", document_id).eta
    records.execute("UPDATE pages SET duration_ms = 4000, source = 'ocr'")
    scan = records.catalog.get("tenant-a", document_id).eta
    assert before is not None
    assert text is not None
    assert scan is not None
    assert before.earliest_s == text.earliest_s == 0
    assert scan.earliest_s >= 12 * 4 // 2
    assert text.latest_s < scan.latest_s


def test_on_a_machine_that_all_lanes_share_the_work_of_other_lanes_counts(records: Records) -> None:
    document_id = records.queued(5)
    alone = records.catalog.get("tenant-a", document_id).eta
    records.queued(300)
    apart = records.catalog.get("tenant-a", document_id)
    with records.database.transaction() as cursor:
        cursor.execute("SELECT set_config('docpipe.shared_readers', '2', true)")
        row = {"document_id": document_id, "status": DocumentStatus.QUEUED, "page_count": 5}
        shared = waiting_of(within(cursor), [row])[document_id]
        cursor.execute("SELECT set_config('docpipe.small_runs_beside', 'on', true)")
        beside = waiting_of(within(cursor), [row])[document_id]
    assert alone == apart.eta
    assert apart.eta is not None
    assert shared.eta is not None
    assert beside.eta is not None
    # What is in hand of others does not keep a small document waiting, what has the same right does.
    assert shared.eta.latest_s > beside.eta.latest_s > apart.eta.latest_s
    assert shared.position == apart.queue_position == 1
