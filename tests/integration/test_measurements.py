"""What is measured of documents and lanes, from real rows."""

from __future__ import annotations

import json
from uuid import UUID

from docpipe.adapters.postgres.measurements import PostgresMeasurements
from docpipe.domain.errors import EncryptedFileError
from docpipe.messages import DocumentEvent, parse
from docpipe.metrics import Metric
from docpipe.pipeline.measure_document import Measuring, measure_document
from docpipe.pipeline.take_samples import Sampling, take_samples
from tests.support.fakes import FakeMeter
from tests.support.records import LEASE_S, USAGE, Records, granted


def events(records: Records, document_id: UUID) -> list[DocumentEvent]:
    rows = records.rows(
        "SELECT body FROM events WHERE document_id = %s AND queue = 'events' ORDER BY position", document_id
    )
    return [event for row in rows if isinstance(event := parse(json.dumps(row["body"])), DocumentEvent)]


def measured(records: Records, document_id: UUID, *, times: int = 1) -> FakeMeter:
    meter = FakeMeter()
    deps = Measuring(PostgresMeasurements(records.database), meter)
    for event in events(records, document_id) * times:
        measure_document(event, deps)
    return meter


def sampled(records: Records) -> FakeMeter:
    meter = FakeMeter()
    take_samples(Sampling(PostgresMeasurements(records.database), meter), stuck=0)
    return meter


def completed(records: Records, pages: int = 3) -> UUID:
    document_id = records.recognised(pages)
    records.assembly.complete(granted(records.assembly.claim(document_id, generation=0, lease_s=LEASE_S)), USAGE)
    return document_id


def failed(records: Records) -> UUID:
    document_id = records.queued(3)
    records.chunks.fail(records.claimed(records.chunk_ids(document_id)[0]), EncryptedFileError(), USAGE)
    return document_id


def test_a_document_is_measured_once_however_often_its_events_come(records: Records) -> None:
    document_id = completed(records)
    meter = measured(records, document_id, times=2)
    cost = records.document(document_id)["cost_microusd"]
    assert cost > 0
    assert meter.of(Metric.DOCUMENTS) == [("completed", 1)]
    assert meter.of(Metric.COST) == [("", cost)]
    assert meter.of(Metric.DOCUMENT_PAGES) == [("", 3)]
    assert [told_apart for told_apart, _ in meter.of(Metric.WAIT)] == ["", "ocr-small"]


def test_what_was_promised_nothing_keeps_nothing(records: Records) -> None:
    document_id = completed(records)
    records.rows("UPDATE documents SET eta_earliest_at = NULL, eta_latest_at = NULL RETURNING 1")
    assert measured(records, document_id).of(Metric.ETA_INSIDE) == []


def test_the_wait_is_from_the_queue_to_the_start(records: Records) -> None:
    document_id = records.queued(3)
    records.rows("UPDATE documents SET queued_at = queued_at - interval '90 seconds' RETURNING 1")
    records.claimed(records.chunk_ids(document_id)[0])
    (overall, of_lane) = measured(records, document_id).of(Metric.WAIT)
    assert 90 <= overall[1] < 120
    assert of_lane == ("ocr-small", overall[1])


def test_a_reopened_document_has_waited_once(records: Records) -> None:
    document_id = failed(records)
    chunk_id = records.chunk_ids(document_id)[0]
    records.claimed(chunk_id, generation=1)
    assert len(measured(records, document_id).of(Metric.WAIT)) == 2


def test_a_failure_has_its_reason_and_no_cost(records: Records) -> None:
    meter = measured(records, failed(records))
    assert meter.of(Metric.DOCUMENTS) == [("failed", 1)]
    assert meter.of(Metric.FAILURES) == [(EncryptedFileError.code, 1)]
    assert meter.of(Metric.COST) == []


def test_a_promise_is_kept_inside_its_range_only(records: Records) -> None:
    kept, broken = completed(records), completed(records)
    for document_id, latest in ((kept, "1 hour"), (broken, "-1 hour")):
        records.rows(
            """UPDATE documents SET eta_earliest_at = now() - interval '2 hours',
                      eta_latest_at = now() + %s::interval WHERE id = %s RETURNING 1""",
            latest,
            document_id,
        )
    assert measured(records, kept).of(Metric.ETA_INSIDE) == [("", 100)]
    assert measured(records, broken).of(Metric.ETA_INSIDE) == [("", 0)]


def test_samples_count_what_waits_and_who_works_in_each_lane(records: Records) -> None:
    records.queued(3)
    large = records.queued(150)
    records.claimed(records.chunk_ids(large)[0])
    records.rows("UPDATE chunks SET created_at = created_at - interval '100 seconds' RETURNING 1")
    meter = sampled(records)
    chunks = len(records.chunk_ids(large))
    waiting = dict(meter.of(Metric.CHUNKS_WAITING))
    assert waiting == {"ocr-small": 1, "ocr-large": chunks - 1}
    assert dict(meter.of(Metric.WORKERS_RUNNING))["ocr-large"] == 1
    assert 100 <= dict(meter.of(Metric.OLDEST_UNSTARTED))["ocr-small"] < 130
    assert dict(meter.of(Metric.DOCUMENTS_IN_STATE)) == {"queued": 1, "processing": 1}


def test_with_nothing_to_do_only_what_alarms_look_at_is_recorded(records: Records) -> None:
    """Each value keeps a metric on the bill for the hour."""
    assert sampled(records).recorded == [(Metric.UNSERVED, "", 0), (Metric.FAILED_SHARE, "", 0), (Metric.STUCK, "", 0)]


def test_a_lane_is_unserved_while_nobody_works_in_it(records: Records) -> None:
    document_id = records.queued(150)
    records.rows("UPDATE chunks SET created_at = created_at - interval '100 seconds' RETURNING 1")
    assert 100 <= sampled(records).of(Metric.UNSERVED)[0][1] < 130
    chunk_id = records.chunk_ids(document_id)[0]
    records.claimed(chunk_id)
    assert sampled(records).of(Metric.UNSERVED) == [("", 0)]
    records.lease_ends("chunks", chunk_id)
    assert sampled(records).of(Metric.UNSERVED)[0][1] >= 100


def test_the_share_that_failed_is_of_the_past_hour(records: Records) -> None:
    assert sampled(records).of(Metric.FAILED_SHARE) == [("", 0)]
    old = failed(records)
    records.rows("UPDATE documents SET finished_at = now() - interval '61 minutes' WHERE id = %s RETURNING 1", old)
    failed(records)
    for _ in range(3):
        completed(records, pages=1)
    assert sampled(records).of(Metric.FAILED_SHARE) == [("", 25)]
