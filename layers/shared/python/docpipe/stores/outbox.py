"""Messages that were committed and not yet sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message with the queue it is for.

    Attributes:
        queue: name without the stage's prefix.
        body: JSON.
        group: opaque id by which standard queues keep tenants fair to each other.
    """

    queue: str
    body: str
    group: str | None = None


class OutboxSend(Protocol):
    """Sends messages to their queues."""

    def __call__(self, envelopes: Sequence[Envelope], /) -> None:
        """Send all of them.

        Raises:
            QueueError: some were not taken.
        """


class Outbox(Protocol):
    """Messages that were committed and not yet sent."""

    def publish(self, send: OutboxSend, *, older_than_s: int = 0) -> int:
        """Send what is pending, oldest first, and mark it sent; returns how many.

        Messages that another process is just sending are left to it. A message may be sent twice
        when the process ends between sending and marking; every consumer allows for that.
        """

    def purge(self, *, older_than_days: int) -> int:
        """Delete messages sent long ago; returns how many."""
