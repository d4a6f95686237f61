"""The alarms of the template over made-up nights: each rings when its owner said it should, and at nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest

from docpipe.domain.document import DocumentStatus
from docpipe.metrics import Metric
from docpipe.pipeline.take_samples import Sampling, take_samples
from docpipe.stores import LaneSample, PastHour
from infra.catalogue import FUNCTIONS
from infra.specs import Package
from tests.infra.cloudwatch import Measurements, State, judge, series, state_of
from tests.infra.stack import Stack, text
from tests.support.fakes import FakeMeter

pytestmark = pytest.mark.xdist_group("synth")

LONG = 40
"""Minutes: longer than any alarm looks back."""


@dataclass(frozen=True)
class Moment:
    """What the sweeper finds in the database in one minute."""

    lanes: Mapping[str, LaneSample] = field(default_factory=dict)
    failed: int = 0
    ended: int = 0


@dataclass
class _Store:
    moment: Moment

    def states(self) -> dict[DocumentStatus, int]:
        return {}

    def lanes(self) -> dict[str, LaneSample]:
        return dict(self.moment.lanes)

    def past_hour(self) -> PastHour:
        return PastHour(self.moment.failed, self.moment.ended)


class Night:
    """What a stage records, and which of its alarms ring."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.measured = Measurements()

    @cached_property
    def alarms(self) -> dict[str, dict[str, Any]]:
        return self.stack.named("AWS::CloudWatch::Alarm", "AlarmName")

    def sweep(self, minutes: range, moment: Moment | None = None, *, stuck: int = 0) -> None:
        """Have the real sampling look at the same in each of these minutes."""
        meter = FakeMeter()
        store: Any = _Store(moment or Moment())
        take_samples(Sampling(store, meter), stuck=stuck)
        for metric, told_apart, value in meter.recorded:
            if not told_apart:
                self.own(metric, "sweep", dict.fromkeys(minutes, value))

    def own(self, metric: Metric, function: str, values: Mapping[int, float]) -> None:
        self.measured.put(series("Docpipe/prod", metric.value, service=function), values)

    def depth(self, queue: str, values: Mapping[int, float]) -> None:
        name = f"<{self.stack.queue_ids[queue]}>"
        self.measured.put(series("AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName=name), values)

    def of_function(self, metric: str, function: str, values: Mapping[int, float]) -> None:
        (logical_id,) = [
            key
            for key, each in self.stack.of_type("AWS::Lambda::Function").items()
            if text(each.get("FunctionName", "")) == self.stack.prefix + function
        ]
        self.measured.put(series("AWS/Lambda", metric, FunctionName=f"<{logical_id}>"), values)

    def states(self, now: int) -> dict[str, State]:
        return {name: state_of(alarm, self.measured, now) for name, alarm in self.alarms.items()}

    def ringing(self, now: int) -> set[str]:
        return {name for name, state in self.states(now).items() if state is State.ALARM}


@pytest.fixture
def night(production: Stack) -> Night:
    """A stage whose sweeper runs and whose database is well."""
    night = Night(production)
    (database,) = production.of_type("AWS::RDS::DBInstance")
    for metric, value in (("FreeStorageSpace", 40 << 30), ("CPUUtilization", 4), ("DatabaseConnections", 3)):
        night.measured.put(
            series("AWS/RDS", metric, DBInstanceIdentifier=f"<{database}>"), dict.fromkeys(range(LONG), value)
        )
    return night


@pytest.mark.parametrize(
    ("points", "missing", "breaching", "not_breaching"),
    [
        ("0-X-X", "OK", "OK", "OK"),
        ("0----", "OK", "OK", "OK"),
        ("-----", "INSUFFICIENT_DATA", "ALARM", "OK"),
        ("0XX-X", "ALARM", "ALARM", "ALARM"),
        ("--X--", "ALARM", "ALARM", "OK"),
    ],
)
def test_points_are_judged_as_in_the_examples_of_the_guide(
    points: str, missing: str, breaching: str, not_breaching: str
) -> None:
    judged = [{"0": False, "X": True, "-": None}[point] for point in points]
    states = [judge(judged, 3, 3, treatment) for treatment in ("missing", "breaching", "notBreaching")]
    assert states == [missing, breaching, not_breaching]


def test_a_night_without_work_is_quiet(night: Night) -> None:
    """Empty queues first, then none that tells: SQS falls silent about queues that nobody uses."""
    night.sweep(range(LONG))
    for queue in night.stack.queue_ids:
        night.depth(queue, dict.fromkeys(range(LONG // 2), 0))
    for now in range(20, LONG):
        assert set(night.states(now).values()) == {State.OK}, now


def test_a_day_full_of_work_is_quiet(night: Night) -> None:
    """Twenty messages in every queue, one document in twenty-five failed, workers at 80 %."""
    busy = {"ocr-small": LaneSample(waiting=20, running=40, oldest_s=240.0)}
    night.sweep(range(LONG), Moment(busy, failed=40, ended=1_000))
    for queue in night.stack.queue_ids:
        if not queue.endswith("-dlq"):
            night.depth(queue, dict.fromkeys(range(LONG), 20))
    for spec in FUNCTIONS:
        if spec.package is Package.IMAGE:
            night.own(Metric.MEMORY_SHARE, spec.name, dict.fromkeys(range(LONG), 80))
    night.own(Metric.WAIT, "notify", dict.fromkeys(range(LONG), 800))
    assert night.ringing(LONG - 1) == set()


def test_nothing_at_all_rings_once_for_the_sweeper(production: Stack) -> None:
    assert Night(production).ringing(LONG) == {"sweeper-silent"}


def test_a_sweeper_that_stops_rings_within_minutes_and_makes_no_other_alarm_ring(night: Night) -> None:
    night.sweep(range(20))
    first = next(now for now in range(20, LONG) if night.ringing(now))
    assert 22 <= first <= 27
    assert night.ringing(first) == night.ringing(LONG - 1) == {"sweeper-silent"}


@pytest.mark.parametrize("queue", ["intake", "ocr-large-priority", "webhooks"])
def test_more_than_twenty_messages_for_more_than_fifteen_minutes_ring(night: Night, queue: str) -> None:
    night.sweep(range(LONG))
    night.depth(queue, {minute: 21 if minute >= 10 else 0 for minute in range(LONG)})
    assert night.ringing(23) == set()
    assert night.ringing(24) == {f"queue-depth-{queue}"}


def test_a_spike_that_drains_in_time_does_not_ring(night: Night) -> None:
    night.sweep(range(LONG))
    night.depth("ocr-small", {minute: max(0, 1_000 - 70 * minute) for minute in range(LONG)})
    assert not any(night.ringing(now) for now in range(LONG))


def test_documents_that_began_after_fifteen_minutes_on_average_ring(night: Night) -> None:
    night.sweep(range(LONG))
    night.own(Metric.WAIT, "notify", {20: 1_700, 21: 90})
    assert night.ringing(24) == set()
    night.own(Metric.WAIT, "notify", {22: 1_000})
    assert night.ringing(24) == {"average-wait"}


def test_workers_over_85_percent_for_five_minutes_ring(night: Night) -> None:
    night.sweep(range(LONG))
    night.own(Metric.MEMORY_SHARE, "ocr-medium", dict.fromkeys(range(10, 15), 86))
    assert night.ringing(13) == set()
    assert night.ringing(14) == {"worker-memory-ocr-medium"}
    assert not any(night.ringing(now) for now in range(20, LONG))


def test_one_minute_of_large_work_does_not_ring_whatever_follows(night: Night) -> None:
    night.sweep(range(LONG))
    night.own(Metric.MEMORY_SHARE, "assemble", {10: 97})
    night.own(Metric.MEMORY_SHARE, "intake", {10: 97, 11: 40})
    night.own(Metric.MEMORY_SHARE, "ocr-small", dict.fromkeys(range(LONG), 85))
    assert not any(night.ringing(now) for now in range(10, LONG))


def test_more_than_five_percent_failed_ring(night: Night) -> None:
    night.sweep(range(20), Moment(failed=5, ended=100))
    night.sweep(range(20, LONG), Moment(failed=6, ended=100))
    assert night.ringing(19) == set()
    assert night.ringing(21) == {"failed-jobs"}


@pytest.mark.parametrize("queue", ["assemble", "deliveries"])
def test_one_dead_letter_rings_also_when_somebody_looks_at_it(night: Night, queue: str) -> None:
    """Whoever receives it hides it for a moment; while it lies there the alarm stays."""
    night.sweep(range(LONG))
    night.depth(f"{queue}-dlq", {minute: minute % 2 for minute in range(10, LONG)})
    assert night.ringing(9) == set()
    assert all(night.ringing(now) == {f"dead-letters-{queue}"} for now in range(11, LONG))


def test_work_that_nobody_begins_rings_and_work_behind_a_busy_worker_does_not(night: Night) -> None:
    waiting = {"ocr-small": LaneSample(waiting=3, running=0, oldest_s=301.0)}
    behind = {"ocr-small": LaneSample(waiting=3, running=1, oldest_s=3_000.0)}
    night.sweep(range(20), Moment(behind))
    night.sweep(range(20, LONG), Moment(waiting))
    assert not any(night.ringing(now) for now in range(5, 22))
    assert night.ringing(22) == {"unserved"}


def test_a_document_that_stands_still_rings(night: Night) -> None:
    night.sweep(range(LONG), stuck=1)
    assert night.ringing(LONG - 1) == {"stuck"}


def test_throttling_rings_whichever_functions_meet_it(night: Night) -> None:
    """By turns, a quarter of an hour long: an alarm over the sum of all of them."""
    night.sweep(range(LONG))
    for at_work, minute in (("api", 21), ("ocr-small", 27), ("intake", 32)):
        night.of_function("Throttles", at_work, {minute: 3})
    throttled = [name for name, alarm in night.alarms.items() if name.startswith("throttles-") and "Metrics" in alarm]
    assert len(throttled) == 2
    rings = {now: night.ringing(now) for now in range(LONG)}
    assert all(found <= set(throttled) for found in rings.values())
    assert any(rings.values())
