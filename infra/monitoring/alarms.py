"""The alarms: what is watched, from which value on, and what is to be done.

The first four are the owner's. Each belongs to a section of ``docs/runbook.md``, which its description
names; what a missing value means is said for each, as silence means different things.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.monitoring.metrics import FIVE_MINUTES, MINUTE, Watched, depth, total

_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD

_NOTHING_HAPPENED = cloudwatch.TreatMissingData.NOT_BREACHING
"""No value: nothing was waiting, failing or asked for."""

_NOBODY_LOOKED = cloudwatch.TreatMissingData.BREACHING
"""No value: what records it is not working, and that is the fault."""

_UNKNOWN = cloudwatch.TreatMissingData.MISSING
"""No value: nothing is known, and the alarm says so (insufficient data). The sweeper's silence has an alarm of its
own, and one fault must not ring twice."""

MOST_METRICS = 10
"""Metrics that the expression of one alarm can hold (Amazon CloudWatch quotas)."""

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSpec:
    """One alarm.

    Attributes:
        name: without the stage's prefix.
        section: the heading of the runbook that it belongs to, as its anchor.
        threshold: in the unit of the metric.
        periods: how many periods of the metric in a row must be over the threshold.
        says: what is the case, and the first thing to do. No identifiers: it travels by e-mail.
    """

    name: str
    section: str
    metric: cloudwatch.IMetric
    threshold: float
    periods: int
    missing: cloudwatch.TreatMissingData
    says: str
    comparison: cloudwatch.ComparisonOperator = _ABOVE


def alarms(watched: Watched) -> Iterator[AlarmSpec]:
    """Every alarm of a stage."""
    yield from _owners(watched)
    yield from _jobs(watched)
    yield from _functions(watched)
    yield from _database(watched)
    yield from _api(watched)


def _owners(watched: Watched) -> Iterator[AlarmSpec]:
    """Those that the owner asked for: depth, wait, memory, failures."""
    for name, queue in watched.queues.items():
        yield AlarmSpec(
            name=f"queue-depth-{name}",
            section="queue-depth",
            metric=depth(queue),
            threshold=20,
            periods=15,
            missing=_NOTHING_HAPPENED,
            says=f"More than 20 messages have waited in {name} for more than 15 minutes. "
            "See whether its workers run, are throttled or fail; a spike drains by itself.",
        )
    yield AlarmSpec(
        name="average-wait",
        section="average-wait",
        metric=watched.own("Wait", "notify", "Average"),
        threshold=15 * 60,
        periods=1,
        missing=_NOTHING_HAPPENED,
        says="Documents begun in the past 5 minutes had waited more than 15 minutes on average. "
        "See which lane is behind; raise its maximum concurrency if workers are at their limit.",
    )
    for name in watched.image_functions:
        yield AlarmSpec(
            name=f"worker-memory-{name}",
            section="worker-memory",
            metric=watched.own("MemoryShare", name, "Maximum", period=MINUTE),
            threshold=85,
            periods=5,
            # Nobody at work uses nothing; left unknown, one minute of work would ring once the next four are silent.
            missing=_NOTHING_HAPPENED,
            says=f"{name} has used more than 85 % of its memory for more than 5 minutes. "
            "See whether one kind of document does it; give the tier more memory before it is killed.",
        )
    yield AlarmSpec(
        name="failed-jobs",
        section="failed-jobs",
        metric=watched.own("FailedShare", "sweep", "Maximum", period=MINUTE),
        threshold=5,
        periods=1,
        missing=_UNKNOWN,
        says="More than 5 % of the documents that ended in the past hour failed. "
        "See the reasons: faults of files are their owners' to mend, others are ours.",
    )


def _jobs(watched: Watched) -> Iterator[AlarmSpec]:
    """Work that was given up, is not begun, does not end, or is not looked after."""
    for name, queue in watched.dead_letters.items():
        yield AlarmSpec(
            name=f"dead-letters-{name}",
            section="dead-letters",
            # Whoever looks through the queue hides a message for a moment: the most seen in 5 minutes is told.
            metric=depth(queue, period=FIVE_MINUTES),
            threshold=0,
            periods=1,
            missing=_NOTHING_HAPPENED,
            says=f"Work from {name} was given up and lies in its dead-letter queue. "
            "Find out why, put it right, then redrive it; only unfinished pages are done again.",
        )
    yield AlarmSpec(
        name="unserved",
        section="unserved",
        metric=watched.own("Unserved", "sweep", "Maximum", period=MINUTE),
        threshold=5 * 60,
        periods=3,
        missing=_UNKNOWN,
        says="Work has waited more than 5 minutes in a lane where no worker runs. "
        "See whether the lane's event source is enabled and its function starts.",
    )
    yield AlarmSpec(
        name="stuck",
        section="stuck",
        metric=watched.own("Stuck", "sweep", "Maximum", period=MINUTE),
        threshold=0,
        periods=15,
        missing=_UNKNOWN,
        says="Nothing has happened to a document for six hours, and the sweeper could not mend it. "
        "Find it in the operator's view; retry or cancel it.",
    )
    yield AlarmSpec(
        name="sweeper-silent",
        section="sweeper-silent",
        metric=watched.own("Stuck", "sweep", "SampleCount", period=MINUTE),
        threshold=1,
        periods=5,
        comparison=_BELOW,
        missing=_NOBODY_LOOKED,
        says="The sweeper has not finished a run for 5 minutes: lost work is not sent again, and other alarms are "
        "blind. See the log of the sweep function, and whether the database answers.",
    )


def _functions(watched: Watched) -> Iterator[AlarmSpec]:
    """Errors one by one; throttling together, as it is the account's limit that all of them meet."""
    for name, function in watched.functions.items():
        yield AlarmSpec(
            name=f"errors-{name}",
            section="function-errors",
            metric=function.metric_errors(statistic="Sum", period=FIVE_MINUTES),
            threshold=2,
            periods=3,
            missing=_NOTHING_HAPPENED,
            says=f"{name} has failed more than twice in each of three periods of 5 minutes. "
            "See its log: one that is killed leaves no line of its own but a REPORT with an error type.",
        )
    names = list(watched.functions)
    for number, start in enumerate(range(0, len(names), MOST_METRICS), start=1):
        throttles = [
            watched.functions[name].metric_throttles(statistic="Sum", period=FIVE_MINUTES, label=name)
            for name in names[start : start + MOST_METRICS]
        ]
        yield AlarmSpec(
            name=f"throttles-{number}",
            section="throttles",
            metric=total(throttles, "Throttles"),
            threshold=0,
            periods=3,
            missing=_NOTHING_HAPPENED,
            says="Functions have been throttled for 15 minutes. "
            "The account's concurrency is used up: ask for more, or lower the lanes' maximum concurrency.",
        )


def _database(watched: Watched) -> Iterator[AlarmSpec]:
    database = watched.database
    if database is None:
        return
    yield AlarmSpec(
        name="database-storage",
        section="database-storage",
        metric=database.metric_free_storage_space(statistic="Minimum", period=FIVE_MINUTES),
        # Storage grows by itself once 10 % are left; less than 5 % of the first size means that it did not.
        threshold=watched.storage_gb * 1_024 * _MEBIBYTE // 20,
        periods=3,
        comparison=_BELOW,
        missing=_UNKNOWN,
        says="The database's storage is nearly full and has not grown. Raise its maximum at once: "
        "a full database stops.",
    )
    yield AlarmSpec(
        name="database-cpu",
        section="database-cpu",
        metric=database.metric_cpu_utilization(statistic="Average", period=FIVE_MINUTES),
        threshold=80,
        periods=3,
        missing=_UNKNOWN,
        says="The database's processor has been over 80 % for 15 minutes. "
        "See which statements do it; lower the lanes' maximum concurrency or take a larger instance.",
    )
    yield AlarmSpec(
        name="database-connections",
        section="database-connections",
        metric=database.metric_database_connections(statistic="Maximum", period=MINUTE),
        threshold=watched.max_connections * 8 // 10,
        periods=5,
        missing=_UNKNOWN,
        says="More than 80 % of the database's connections are taken. "
        "Functions hold one an environment: see which have more environments than planned.",
    )


def _api(watched: Watched) -> Iterator[AlarmSpec]:
    yield AlarmSpec(
        name="api-5xx",
        section="api-5xx",
        metric=watched.of_api("5xx", "Sum"),
        threshold=5,
        periods=1,
        missing=_NOTHING_HAPPENED,
        says="The API answered more than 5 requests with a 5xx within 5 minutes. "
        "See the log of the api function, and whether the database answers.",
    )
