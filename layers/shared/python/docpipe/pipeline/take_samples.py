"""Samples of the moment, every minute: documents by state, queues and workers by lane, failures of the past hour.

Nothing waiting is a sample too: zeros are recorded, so that a missing one means that nobody looked.
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
_EMPTY = LaneSample(waiting=0, running=0, oldest_s=0.0)


@dataclass(frozen=True, slots=True)
class Sampling:
    """What sampling works with."""

    store: MeasurementStore
    meter: Meter


def take_samples(deps: Sampling, *, stuck: int) -> None:
    """Look once. ``stuck`` is how many documents the sweeper has found that nothing happens to."""
    states = deps.store.states()
    for status in _UNFINISHED:
        deps.meter.record({Metric.DOCUMENTS_IN_STATE: states.get(status, 0)}, by={Dimension.STATUS: status.value})
    lanes = deps.store.lanes()
    for queue in (lane.queue for lane in LANES):
        _record_lane(queue, lanes.get(queue, _EMPTY), deps.meter)
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
