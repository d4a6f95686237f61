"""Samples of the moment, every minute: documents by state, queues and workers by lane, failures of the past hour.

What alarms look at is recorded each time, zeros too, so that a missing value means that nobody looked. States and
lanes are recorded while there is anything in them: CloudWatch bills a metric for each hour that it has a value in,
and the dashboard shows none as 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from docpipe.domain.document import DocumentStatus
from docpipe.domain.lanes import LANES
from docpipe.metrics import Dimension, Meter, Metric
from docpipe.stores import LaneSample, MeasurementStore

_UNFINISHED = (
    DocumentStatus.AWAITING_UPLOAD,
    DocumentStatus.QUEUED,
    DocumentStatus.PROCESSING,
    DocumentStatus.ASSEMBLING,
)


@dataclass(frozen=True, slots=True)
class Sampling:
    """What sampling works with."""

    store: MeasurementStore
    meter: Meter


def take_samples(deps: Sampling, *, stuck: int) -> None:
    """Look once. ``stuck`` is how many documents the sweeper has found that nothing happens to."""
    states = deps.store.states()
    for status in _UNFINISHED:
        if documents := states.get(status, 0):
            deps.meter.record({Metric.DOCUMENTS_IN_STATE: documents}, by={Dimension.STATUS: status.value})
    lanes = deps.store.lanes()
    for queue in (lane.queue for lane in LANES):
        if queue in lanes:
            _record_lane(queue, lanes[queue], deps.meter)
    hour = deps.store.past_hour()
    deps.meter.record(
        {
            Metric.UNSERVED: max((lane.oldest_s for lane in lanes.values() if lane.running == 0), default=0.0),
            Metric.FAILED_SHARE: 100 * hour.failed / hour.ended if hour.ended else 0.0,
            Metric.STUCK: stuck,
        }
    )


def _record_lane(queue: str, lane: LaneSample, meter: Meter) -> None:
    meter.record(
        {
            Metric.CHUNKS_WAITING: lane.waiting,
            Metric.WORKERS_RUNNING: lane.running,
            Metric.OLDEST_UNSTARTED: lane.oldest_s,
        },
        by={Dimension.LANE: queue},
    )
