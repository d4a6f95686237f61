"""The system as a whole, in numbers: what an operator sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LaneView:
    """A recognition queue: chunks that wait and that are read, and how long the oldest has waited, seconds."""

    queue: str
    waiting: int
    running: int
    oldest_s: int | None


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute: pages read in it, and the median wait of the documents begun in it, seconds."""

    minute: datetime
    pages: int
    wait_p50_s: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """How the system does.

    Attributes:
        documents_by_state: of all tenants, by status.
        failures_by_reason: documents and pages that failed in the last week, by code; the most frequent first.
        throughput: the last hour, oldest first, minutes with pages or starts only.
        cost_microusd_today: of the documents that ended since midnight UTC, however they ended.
        eta_promises, eta_kept: documents completed in the last week that were promised a range, and of
            these, those that were done within it.
    """

    lanes: tuple[LaneView, ...]
    documents_by_state: dict[str, int]
    failures_by_reason: dict[str, int]
    throughput: tuple[Minute, ...]
    cost_microusd_today: int
    eta_promises: int
    eta_kept: int


class OperationsStore(Protocol):
    """What an operator asks."""

    def overview(self) -> Overview:
        """How the system does now."""

    def note_redrive(self, tenant_id: str, *, actor: str, queue: str, moved: int) -> None:
        """Keep in the audit who moved how many dead letters back."""
