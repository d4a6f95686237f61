"""What follows a failed attempt: try again, wait, or give up.

Three attempts at most, the first included. The wait doubles from 2 s: 2 s after the first failure,
4 s after the second (and 8 s after a third, where a larger limit is set).
"""

from __future__ import annotations

from dataclasses import dataclass

from docpipe.domain.errors import CapacityError, DocpipeError

MAX_ATTEMPTS = 3
FIRST_BACKOFF_S = 2
CAPACITY_WAIT_S = 15
"""Wait after a throttle: long enough for a burst to pass, and no attempt is lost by it."""


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


def after_failure(error: BaseException, *, attempt: int) -> TryAgain | GiveUp:
    """What follows when attempt number ``attempt`` (from 1) ended with ``error``.

    An error that is none of ours is a fault in the program or its surroundings: worth the remaining
    attempts, since half of such faults pass, and never worth more.
    """
    if isinstance(error, CapacityError):
        return TryAgain(CAPACITY_WAIT_S, counted=False)
    permanent = isinstance(error, DocpipeError) and not error.retryable
    if permanent or attempt >= MAX_ATTEMPTS:
        return GiveUp()
    return TryAgain(backoff_s(attempt), counted=True)
