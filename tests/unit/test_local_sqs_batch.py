"""What is deleted of a batch, by the function's answer (AWS Lambda developer guide)."""

from __future__ import annotations

from typing import Any

import pytest

from local.sqs_batch import done_messages

BATCH = ["a", "b", "c"]


def failures(*identifiers: Any) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}


@pytest.mark.parametrize(
    "response", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"something": "else"}]
)
def test_a_batch_is_done_when_no_failure_is_reported(response: Any) -> None:
    assert done_messages(response, BATCH, partial=True) == set(BATCH)


def test_reported_messages_are_not_done() -> None:
    assert done_messages(failures("b"), BATCH, partial=True) == {"a", "c"}
    assert done_messages(failures("a", "b", "c"), BATCH, partial=True) == set()
    assert done_messages(failures("b", "b"), BATCH, partial=True) == {"a", "c"}


@pytest.mark.parametrize(
    "response",
    [
        failures(""),
        failures(None),
        failures("a", "unknown"),
        failures(["a"]),
        {"batchItemFailures": [{"itemId": "a"}]},
        {"batchItemFailures": ["a"]},
        {"batchItemFailures": 1},
        "done",
        ["a"],
    ],
)
def test_nothing_is_done_when_the_report_is_malformed(response: Any) -> None:
    assert done_messages(response, BATCH, partial=True) == set()


def test_without_partial_responses_the_answer_says_nothing() -> None:
    assert done_messages(failures("b"), BATCH, partial=False) == set(BATCH)
