"""What is measured of documents and queues, read from their rows: never from counters that can leak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What one document took.

    Attributes:
        first: whether nothing of the document was measured before.
        lane: the queue of its first chunk; None before intake has planned any.
        wait_s: from queue to first start, seconds; None until it has started.
        turnaround_s: from queue to end, seconds; None until then.
        cost_microusd: millionths of a US dollar; None until it is completed.
        inside_eta: whether it ended inside the promised range; None when none was promised, or no end has come.
    """

    first: bool
    lane: str | None
    wait_s: float | None
    turnaround_s: float | None
    page_count: int | None
    cost_microusd: int | None
    inside_eta: bool | None


@dataclass(frozen=True, slots=True)
class LaneSample:
    """One recognition queue at this moment.

    Attributes:
        waiting: chunks that wait to be begun.
        running: chunks that an attempt holds.
        oldest_s: age of the oldest chunk that was never begun, seconds; 0 without one.
    """

    waiting: int
    running: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class PastHour:
    """Documents that ended in the past hour: those that failed, and all of them."""

    failed: int
    ended: int


class MeasurementStore(Protocol):
    """Reads what is measured."""

    def claim(self, event_id: UUID, document_id: UUID) -> DocumentFacts | None:
        """The document's facts, once an event; None for an event measured before, or a document that is gone."""

    def states(self) -> Mapping[str, int]:
        """Unfinished documents by status; statuses without any are left out."""

    def lanes(self) -> Mapping[str, LaneSample]:
        """The lanes that hold anything."""

    def past_hour(self) -> PastHour:
        """How documents ended in the past hour."""
