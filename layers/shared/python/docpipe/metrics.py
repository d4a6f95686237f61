"""What is measured: every metric with its unit, and the port that takes the values.

A value is recorded for the function that measured it, and for one bounded property of it at most (a tier's
lane, a state, a reason): never for a document, an owner or a tenant. Each combination is a metric of its
own on CloudWatch's bill.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol


class Metric(StrEnum):
    """Name of a metric, as CloudWatch shows it."""

    DOCUMENTS = "Documents"
    """Documents that ended, by status."""
    FAILURES = "Failures"
    """Documents that failed, by reason."""
    PAGE_FAILURES = "PageFailures"
    """Pages that failed in documents that went on, by reason."""
    WAIT = "Wait"
    """Time from the queue to the first page's start; of all documents, and by lane."""
    TURNAROUND = "Turnaround"
    """Time from the queue to the result."""
    COST = "Cost"
    """What a completed document cost, millionths of a US dollar."""
    DOCUMENT_PAGES = "DocumentPages"
    """Pages of a completed document: cost over this is the price of a page."""
    ETA_INSIDE = "EtaInside"
    """100 for a document that ended inside the range its owner was promised, 0 for another."""
    MAILS_SENT = "MailsSent"
    """E-mails handed over."""
    WEBHOOK_CALLS = "WebhookCalls"
    """Attempts to deliver to a webhook, by the kind of answer (``2xx``) or the reason of having none."""
    PAGES = "Pages"
    """Pages read, by source."""
    PAGE_DURATION = "PageDuration"
    """Time to recognise one page; pages whose text was there already are not in it."""
    MEMORY_USED = "MemoryUsed"
    """Most memory that the function's processes have held."""
    MEMORY_SHARE = "MemoryShare"
    """The same, as a share of what the function was given."""
    SPLITS = "Splits"
    """Chunks whose unfinished pages went to new chunks, by reason."""
    RETRIES = "Retries"
    """Attempts that failed and are to be repeated, by reason."""
    DOCUMENTS_IN_STATE = "DocumentsInState"
    """Unfinished documents now, by status."""
    CHUNKS_WAITING = "ChunksWaiting"
    """Chunks now waiting to be begun, by lane: the last one's place in the queue."""
    OLDEST_UNSTARTED = "OldestUnstarted"
    """Age of the oldest chunk that was never begun, by lane."""
    WORKERS_RUNNING = "WorkersRunning"
    """Chunks now being worked on, by lane."""
    UNSERVED = "Unserved"
    """Age of the oldest chunk never begun in a lane where nobody works; the longest of all lanes."""
    FAILED_SHARE = "FailedShare"
    """Documents that failed among those that ended in the past hour."""
    STUCK = "Stuck"
    """Unfinished documents that nothing has happened to for hours."""


class Unit(StrEnum):
    """Units, as CloudWatch names them."""

    COUNT = "Count"
    MEGABYTES = "Megabytes"
    MILLISECONDS = "Milliseconds"
    NONE = "None"
    PERCENT = "Percent"
    SECONDS = "Seconds"


UNITS: Final[Mapping[Metric, Unit]] = {
    **dict.fromkeys(Metric, Unit.COUNT),
    Metric.COST: Unit.NONE,
    Metric.ETA_INSIDE: Unit.PERCENT,
    Metric.FAILED_SHARE: Unit.PERCENT,
    Metric.MEMORY_SHARE: Unit.PERCENT,
    Metric.MEMORY_USED: Unit.MEGABYTES,
    Metric.OLDEST_UNSTARTED: Unit.SECONDS,
    Metric.PAGE_DURATION: Unit.MILLISECONDS,
    Metric.TURNAROUND: Unit.SECONDS,
    Metric.UNSERVED: Unit.SECONDS,
    Metric.WAIT: Unit.SECONDS,
}


class Dimension(StrEnum):
    """What values may be told apart by, beside the function."""

    LANE = "lane"
    REASON = "reason"
    SOURCE = "source"
    STATUS = "status"


_WHOLE: Final[frozenset[Dimension | None]] = frozenset({None})

DIMENSIONS: Final[Mapping[Metric, frozenset[Dimension | None]]] = {
    **dict.fromkeys(Metric, _WHOLE),
    Metric.CHUNKS_WAITING: frozenset({Dimension.LANE}),
    Metric.DOCUMENTS: frozenset({Dimension.STATUS}),
    Metric.DOCUMENTS_IN_STATE: frozenset({Dimension.STATUS}),
    Metric.FAILURES: frozenset({Dimension.REASON}),
    Metric.OLDEST_UNSTARTED: frozenset({Dimension.LANE}),
    Metric.PAGES: frozenset({Dimension.SOURCE}),
    Metric.PAGE_FAILURES: frozenset({Dimension.REASON}),
    Metric.RETRIES: frozenset({Dimension.REASON}),
    Metric.SPLITS: frozenset({Dimension.REASON}),
    Metric.WAIT: frozenset({None, Dimension.LANE}),
    Metric.WEBHOOK_CALLS: frozenset({Dimension.STATUS}),
    Metric.WORKERS_RUNNING: frozenset({Dimension.LANE}),
}
"""What each metric is told apart by, None for not at all: what dashboard and alarms can rely on."""


def check_dimensions(values: Mapping[Metric, float], by: Mapping[Dimension, str]) -> None:
    """Hold what is recorded to ``DIMENSIONS``: a value recorded by something else is one that nobody sees.

    Raises:
        ValueError: a metric is not told apart by that, or by more than one thing.
    """
    dimension = next(iter(by), None)
    for metric in values:
        if len(by) > 1 or dimension not in DIMENSIONS[metric]:
            raise ValueError(f"{metric.value} is not recorded by {', '.join(by) or 'nothing'}")


class Meter(Protocol):
    """Takes measured values."""

    def record(self, values: Mapping[Metric, float], by: Mapping[Dimension, str] | None = None) -> None:
        """Record values of one moment, for this function and what ``by`` says.

        Raises:
            ValueError: a metric is not told apart by that (``check_dimensions``), or a dimension's value is
                not a short word of lower-case letters, digits, ``-`` and ``_``.
        """


@dataclass(frozen=True, slots=True)
class Instruments:
    """What a piece of work is measured with.

    Attributes:
        peak_memory_mb: most memory this function's processes have held so far, MB.
    """

    meter: Meter
    peak_memory_mb: Callable[[], float]

    def record_memory(self, given_mb: int) -> None:
        """Record the memory used, and its share of the memory given."""
        used = self.peak_memory_mb()
        self.meter.record({Metric.MEMORY_USED: used, Metric.MEMORY_SHARE: 100 * used / given_mb})
