"""The names of the queues: one lane a tier, and a priority twin of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from docpipe.domain.tiers import Tier

INTAKE: Final = "intake"
ASSEMBLE: Final = "assemble"
EVENTS: Final = "events"
DELIVERIES: Final = "deliveries"
"""What is to be sent to people: e-mails, news for open pages."""
WEBHOOKS: Final = "webhooks"
"""What is to be sent to addresses of others, which may be slow: apart, so that people do not wait for them."""

_PRIORITY_SUFFIX: Final = "-priority"
_DEAD_LETTER_SUFFIX: Final = "-dlq"


@dataclass(frozen=True, slots=True)
class Lane:
    """A recognition queue."""

    tier: Tier
    priority: bool

    @property
    def queue(self) -> str:
        """Name of the queue, without the stage's prefix."""
        return f"ocr-{self.tier}{_PRIORITY_SUFFIX if self.priority else ''}"


def lane_of(queue: str) -> Lane:
    """The lane behind a queue's name.

    Raises:
        ValueError: not the name of a recognition queue.
    """
    for lane in LANES:
        if lane.queue == queue:
            return lane
    raise ValueError(f"not a recognition queue: {queue}")


def dead_letter_queue(queue: str) -> str:
    """Name of the dead-letter queue of a queue."""
    return f"{queue}{_DEAD_LETTER_SUFFIX}"


LANES: Final = tuple(Lane(tier, priority) for tier in Tier for priority in (False, True))
WORK_QUEUES: Final = (INTAKE, *(lane.queue for lane in LANES), ASSEMBLE, EVENTS, DELIVERIES, WEBHOOKS)
"""Every queue that holds work; each has a dead-letter queue."""
