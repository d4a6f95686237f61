"""What follows a failed attempt: try again, wait, or give up.

Three attempts at most, the first included. The wait doubles from 2 s: 2 s after the first failure,
4 s after the second (and 8 s after a third, where a larger limit is set).
"""

from __future__ import annotations

from dataclasses import dataclass

from docpipe.domain.errors import CapacityError, DocpipeError

MAX_ATTEMPTS = 3
FIRST_BACKOFF_S = 2

_CAPACITY_WAIT_S = 15
"""First wait after a throttle or without a connection: long enough for a burst to pass."""

_LONGEST_CAPACITY_WAIT_S = 900


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Run the same work again after ``after_s`` seconds. ``counted`` tells whether an attempt was used up."""

    after_s: int
    counted: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No further attempt; the message goes to the dead-letter queue, redrivable."""


def backoff_s(attempt: int) -> int:
    """Seconds to wait after the failure of attempt number ``attempt`` (from 1): 2, 4, 8, …."""
    return int(FIRST_BACKOFF_S * 2 ** (attempt - 1))


def capacity_wait_s(received: int) -> int:
    """Seconds to wait for capacity after a message was received for the ``received``-th time (from 1): 15, 30, … 900.

    No attempt is lost by it. The wait grows because each receive counts towards the queue's own limit: twenty of
    them last for hours, longer than a database takes to fail over, restart or be upgraded.
    """
    return int(min(_LONGEST_CAPACITY_WAIT_S, _CAPACITY_WAIT_S * 2 ** min(received - 1, 10)))


def after_failure(error: BaseException, *, attempt: int, received: int = 1) -> TryAgain | GiveUp:
    """What follows when attempt number ``attempt`` (from 1) ended with ``error``.

    Args:
        received: how often the message was received so far, this time included.

    An error that is none of ours is a fault in the program or its surroundings: worth the remaining
    attempts, since half of such faults pass, and never worth more.
    """
    if isinstance(error, CapacityError):
        return TryAgain(capacity_wait_s(received), counted=False)
    permanent = isinstance(error, DocpipeError) and not error.retryable
    if permanent or attempt >= MAX_ATTEMPTS:
        return GiveUp()
    return TryAgain(backoff_s(attempt), counted=True)
