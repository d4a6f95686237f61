"""From an SQS event through a handler and back: which messages are deleted, held back, dead-lettered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from docpipe.consumer import consume, read_as
from docpipe.domain.errors import CapacityError, ClaimLostError
from docpipe.messages import ChunkReady
from docpipe.pipeline.invocation import GivenUpError, Invocation, RetryLaterError
from tests.support.fakes import FakeQueues
from tests.support.invocations import Context, sqs_event

MESSAGE = ChunkReady(document_id=uuid4(), chunk_id=uuid4()).model_dump_json()


def delivered(run: Callable[[ChunkReady, Invocation], Any], *bodies: str) -> tuple[list[int], FakeQueues]:
    """Which of the messages come back, by place, and the queues afterwards."""
    queues = FakeQueues()
    event = sqs_event("ocr-small", *(bodies or (MESSAGE,)))
    answer = consume(event, Context(), queues, read=read_as(ChunkReady), run=run)
    ids = [record["messageId"] for record in event["Records"]]
    return [ids.index(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]], queues


def raising(error: BaseException) -> Callable[[ChunkReady, Invocation], None]:
    def run(message: ChunkReady, invocation: Invocation) -> None:
        raise error

    return run


def test_done_is_deleted() -> None:
    assert delivered(lambda message, invocation: None)[0] == []


def test_to_be_tried_again_comes_back_when_the_use_case_says() -> None:
    failures, queues = delivered(raising(RetryLaterError(4, "storage_error")))
    assert failures == [0]
    assert queues.held == [("ocr-small", "receipt-0", 4)]


def test_without_capacity_for_an_attempt_it_comes_back_soon() -> None:
    """Not at the end of its invisibility: a database that restarts is back within seconds."""
    failures, queues = delivered(raising(CapacityError("The database is full.")))
    assert failures == [0]
    assert queues.held == [("ocr-small", "receipt-0", 15)]


def test_given_up_is_deleted_here_since_the_dead_letter_was_committed_with_the_failure() -> None:
    assert delivered(raising(GivenUpError(3, "storage_error")))[0] == []


@pytest.mark.parametrize("error", [ClaimLostError(), ZeroDivisionError("unforeseen")])
def test_anything_else_comes_back_at_the_end_of_its_invisibility(error: Exception) -> None:
    failures, queues = delivered(raising(error))
    assert failures == [0]
    assert queues.held == []


@pytest.mark.parametrize(
    "body", ["no json", "{}", json.dumps({"kind": "assembly_ready", "document_id": str(UUID(int=1))})]
)
def test_a_message_that_is_none_of_ours_is_kept_for_an_operator(body: str) -> None:
    failures, queues = delivered(lambda message, invocation: None, body)
    assert failures == []
    assert queues.messages["ocr-small-dlq"] == [body]


def test_messages_of_one_event_do_not_hang_together() -> None:
    seen: list[ChunkReady] = []

    def run(message: ChunkReady, invocation: Invocation) -> None:
        seen.append(message)
        if len(seen) == 2:
            raise ZeroDivisionError

    assert delivered(run, MESSAGE, MESSAGE, MESSAGE)[0] == [1]
    assert len(seen) == 3


def test_the_use_case_can_keep_its_message_hidden() -> None:
    _, queues = delivered(lambda message, invocation: invocation.extend_message(60))
    assert queues.held == [("ocr-small", "receipt-0", 60)]
