"""What the dashboard shows, from the top: health, queues, work, cost, database, API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_rds as rds

from infra.monitoring.metrics import FIVE_MINUTES, MINUTE, Watched, depth, oldest, total

_HOUR = Duration.hours(1)
_UNFINISHED = ("awaiting_upload", "queued", "processing", "assembling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Lines over time, or one number of now.

    Attributes:
        right: metrics against the right axis.
        threshold: a value to be seen against, and what it is.
        unit: of the left axis.
        most: the top of the left axis, where it has one.
        stacked: whether the values add up.
        as_number: whether only the newest value shows.
    """

    title: str
    metrics: Sequence[cloudwatch.IMetric]
    right: Sequence[cloudwatch.IMetric] = ()
    threshold: tuple[float, str] | None = None
    unit: str = ""
    most: float | None = None
    stacked: bool = False
    as_number: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the rows of graphs below it."""

    heading: str
    rows: Sequence[Sequence[Graph]]


def sections(watched: Watched) -> Iterator[Section]:
    """The sections below the health of the stage."""
    yield _queues(watched)
    yield _work(watched)
    yield _cost(watched)
    if watched.database is not None:
        yield _database(watched, watched.database)
    yield _api(watched)


def numbers(watched: Watched) -> list[Graph]:
    """The six numbers that say whether anything is wrong."""
    told: dict[str, cloudwatch.IMetric] = {
        "Failed, past hour (%)": watched.own("FailedShare", "sweep", "Maximum", period=MINUTE),
        "Waiting, no worker (s)": watched.own("Unserved", "sweep", "Maximum", period=MINUTE),
        "Stuck documents": watched.own("Stuck", "sweep", "Maximum", period=MINUTE),
        "Dead letters": total([depth(queue, name) for name, queue in watched.dead_letters.items()], None, MINUTE),
        "API 5xx, 5 min": watched.of_api("5xx", "Sum"),
        "Sweeps, 5 min": watched.own("Stuck", "sweep", "SampleCount"),
    }
    return [Graph(title=title, metrics=[metric], as_number=True) for title, metric in told.items()]


def documents(watched: Watched) -> list[Graph]:
    """Where documents stand, and how they end."""
    return [
        Graph(
            title="Unfinished documents, by state",
            metrics=[watched.sampled("DocumentsInState", {"status": state}, state) for state in _UNFINISHED],
            stacked=True,
        ),
        Graph(title="Documents ended, by status", metrics=[watched.own_by("Documents", "status")], stacked=True),
        Graph(title="Documents failed, by reason", metrics=[watched.own_by("Failures", "reason")], stacked=True),
    ]


def _queues(watched: Watched) -> Section:
    queues, dead_letters = watched.queues.items(), watched.dead_letters.items()
    depths = Graph(
        title="Messages waiting, by queue",
        metrics=[depth(queue, name) for name, queue in queues],
        threshold=(20, "alarm after 15 min"),
    )
    ages = Graph(title="Oldest message, by queue", metrics=[oldest(queue, name) for name, queue in queues], unit="s")
    dead = Graph(
        title="Dead letters, by queue", metrics=[depth(queue, name) for name, queue in dead_letters], stacked=True
    )
    wait = Graph(
        title="Wait of documents that began",
        metrics=[
            watched.own("Wait", "notify", statistic, label=label)
            for statistic, label in (("Average", "average"), ("p50", "p50"), ("p95", "p95"))
        ],
        threshold=(900, "alarm"),
        unit="s",
    )
    unstarted = Graph(title="Oldest chunk not begun, by lane", metrics=_by_lane(watched, "OldestUnstarted"), unit="s")
    chunks = Graph(
        title="Chunks waiting (left), being read (right)",
        metrics=_by_lane(watched, "ChunksWaiting", "waiting"),
        right=_by_lane(watched, "WorkersRunning", "being read"),
    )
    return Section("Queues: what waits, and for how long", [[depths, ages, dead], [wait, unstarted, chunks]])


def _by_lane(watched: Watched, metric: str, what: str = "") -> list[cloudwatch.IMetric]:
    return [watched.sampled(metric, {"lane": lane}, f"{lane} {what}".rstrip()) for lane in watched.lanes]


def _work(watched: Watched) -> Section:
    pages = Graph(
        title="Pages a minute, by source", metrics=[watched.own_by("Pages", "source", period=MINUTE)], stacked=True
    )
    durations = Graph(
        title="Time to recognise a page, by tier",
        metrics=[
            watched.own("PageDuration", name, statistic, label=f"{name} {statistic}")
            for name in watched.recognisers
            for statistic in ("p50", "p95")
        ],
        unit="ms",
    )
    memory = Graph(
        title="Memory used of memory given",
        metrics=[
            watched.own("MemoryShare", name, "Maximum", label=name, period=MINUTE) for name in watched.image_functions
        ],
        threshold=(85, "alarm after 5 min"),
        unit="%",
        most=100,
    )
    repeated = Graph(title="Attempts to be repeated, by reason", metrics=[watched.own_by("Retries", "reason")])
    splits = Graph(title="Chunks split, by reason", metrics=[watched.own_by("Splits", "reason")], stacked=True)
    failed = Graph(title="Pages failed, by reason", metrics=[watched.own_by("PageFailures", "reason")], stacked=True)
    return Section(
        "Work: pages, time and memory, and what fails on the way",
        [[pages, durations, memory], [repeated, splits, failed], _functions(watched)],
    )


def _functions(watched: Watched) -> list[Graph]:
    """What Lambda says of each function."""
    functions = watched.functions.items()
    return [
        Graph(
            title="Environments at work, by function",
            metrics=[
                function.metric("ConcurrentExecutions", statistic="Maximum", period=MINUTE, label=name)
                for name, function in functions
            ],
        ),
        Graph(
            title="Throttles, by function",
            metrics=[
                function.metric_throttles(statistic="Sum", period=MINUTE, label=name) for name, function in functions
            ],
            stacked=True,
        ),
        Graph(
            title="Errors, by function",
            metrics=[
                function.metric_errors(statistic="Sum", period=MINUTE, label=name) for name, function in functions
            ],
            stacked=True,
        ),
    ]


def _cost(watched: Watched) -> Section:
    """What the work costs on Lambda and S3, as computed for each document; the rest is on the bill."""
    pages = watched.own("DocumentPages", "notify", "Sum", label="pages", period=_HOUR)
    per_thousand = cloudwatch.MathExpression(
        # Millionths of a dollar over pages, for a thousand of them.
        expression="cost / pages / 1000",
        using_metrics={"cost": watched.own("Cost", "notify", "Sum", period=_HOUR), "pages": pages},
        label="US dollars",
        period=_HOUR,
    )
    turnaround = [watched.own("Turnaround", "notify", statistic, label=statistic) for statistic in ("p50", "p95")]
    kept = watched.own("EtaInside", "notify", "Average", label="documents", period=_HOUR)
    return Section(
        "Cost, and what owners were promised",
        [
            [
                Graph(title="Cost of 1,000 pages, each hour", metrics=[per_thousand], unit="US$"),
                Graph(title="Pages completed, each hour", metrics=[pages]),
                Graph(title="From queue to result", metrics=turnaround, unit="s"),
                Graph(title="Ended within the promised range", metrics=[kept], unit="%", most=100),
            ]
        ],
    )


def _database(watched: Watched, database: rds.DatabaseInstance) -> Section:
    connections = Graph(
        title="Connections",
        metrics=[database.metric_database_connections(statistic="Maximum", period=MINUTE, label="taken")],
        threshold=(watched.max_connections, "all there are"),
    )
    processor = Graph(
        title="Processor", metrics=[database.metric_cpu_utilization(period=MINUTE, label="used")], unit="%", most=100
    )
    free = cloudwatch.MathExpression(
        expression="free / 1073741824",
        using_metrics={"free": database.metric_free_storage_space(statistic="Minimum", period=FIVE_MINUTES)},
        label="free",
    )
    latency = Graph(
        title="Time of a read, of a write",
        metrics=[
            database.metric("ReadLatency", statistic="Average", period=MINUTE, label="read"),
            database.metric("WriteLatency", statistic="Average", period=MINUTE, label="write"),
        ],
        unit="s",
    )
    return Section(
        "Database", [[connections, processor, Graph(title="Free storage", metrics=[free], unit="GiB"), latency]]
    )


def _api(watched: Watched) -> Section:
    return Section(
        "API, and messages to owners",
        [
            [
                Graph(title="Requests, each 5 minutes", metrics=[watched.of_api("Count", "Sum", "requests")]),
                Graph(
                    title="Latency",
                    metrics=[watched.of_api("Latency", name, name) for name in ("p50", "p95", "p99")],
                    unit="ms",
                ),
                Graph(
                    title="Answers with an error",
                    metrics=[watched.of_api(name, "Sum", name) for name in ("4xx", "5xx")],
                ),
            ],
            [
                Graph(
                    title="E-mails handed over", metrics=[watched.own("MailsSent", "deliver", "Sum", label="e-mails")]
                ),
                Graph(title="Calls of webhooks, by answer", metrics=[watched.own_by("WebhookCalls", "status")]),
            ],
        ],
    )
