"""What follows a failed attempt."""

from __future__ import annotations

import pytest

from docpipe.domain.attempts import GiveUp, TryAgain, after_failure, backoff_s, capacity_wait_s
from docpipe.domain.errors import CapacityError, EncryptedFileError, StorageError


def test_waits_double_from_two_seconds() -> None:
    assert [backoff_s(attempt) for attempt in (1, 2, 3)] == [2, 4, 8]


@pytest.mark.parametrize("error", [StorageError("gone"), RuntimeError("unforeseen"), KeyboardInterrupt()])
def test_three_attempts_at_most(error: BaseException) -> None:
    outcomes = [after_failure(error, attempt=attempt) for attempt in (1, 2, 3)]
    assert outcomes == [TryAgain(2, counted=True), TryAgain(4, counted=True), GiveUp()]


def test_a_throttle_is_never_the_last_attempt() -> None:
    outcome = after_failure(CapacityError("full"), attempt=3)
    assert isinstance(outcome, TryAgain)
    assert not outcome.counted


def test_waits_for_capacity_double_to_a_quarter_of_an_hour() -> None:
    assert [capacity_wait_s(received) for received in (1, 2, 6, 7, 500)] == [15, 30, 480, 900, 900]
    assert after_failure(CapacityError("full"), attempt=1, received=3) == TryAgain(60, counted=False)


def test_a_permanent_fault_is_not_tried_again() -> None:
    assert after_failure(EncryptedFileError(), attempt=1) == GiveUp()
