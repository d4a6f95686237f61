"""The way from an SQS event to a use case and back: what becomes of each message.

Done, nothing to do, given up: the message is deleted. To be tried again: it comes back when the use
case says. No capacity: it comes back soon, and later each time. Anything else that is raised leaves it to come back
when its invisibility ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from docpipe.domain.attempts import capacity_wait_s
from docpipe.domain.errors import CapacityError, ClaimLostError, MessageError
from docpipe.domain.lanes import dead_letter_queue
from docpipe.messages import Message, parse
from docpipe.observability import logger
from docpipe.pipeline.invocation import GivenUpError, Invocation, RetryLaterError
from docpipe.services import MessageQueue
from docpipe.stores import Envelope

BatchResponse: TypeAlias = PartialItemFailureResponse
"""What Lambda takes back from a batch: the messages that are to come again."""

M = TypeVar("M", bound=Message)


class LambdaContext(Protocol):
    """The part of Lambda's context object that is used."""

    @property
    def memory_limit_in_mb(self) -> int | str:
        """Memory of the function, MB."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is ended by force."""


def read_as(message_type: type[M]) -> Callable[[str], list[M]]:
    """A reader of bodies that hold one message of the given type.

    The reader raises MessageError for anything else.
    """

    def read(body: str) -> list[M]:
        message = parse(body)
        if not isinstance(message, message_type):
            raise MessageError("The message is of another kind than this queue holds.")
        return [message]

    return read


def consume(
    event: Mapping[str, Any],
    context: LambdaContext,
    queue: MessageQueue,
    *,
    read: Callable[[str], list[M]],
    run: Callable[[M, Invocation], object],
) -> BatchResponse:
    """Run the use case for every message of an SQS event.

    Args:
        read: the messages in a body; raises MessageError for a body that is none of ours.
        run: the use case; what it returns is logged as the outcome.

    Returns:
        Lambda's partial batch response: the messages that are to come back.
    """

    def handle(record: SQSRecord) -> None:
        _handle(record, context, queue, read, run)

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event=dict(event),
        record_handler=handle,
        processor=processor,
        context=context,  # type: ignore[arg-type]  # ours is the part of it that is used
    )


def _handle(
    record: SQSRecord,
    context: LambdaContext,
    queue: MessageQueue,
    read: Callable[[str], list[M]],
    run: Callable[[M, Invocation], object],
) -> None:
    name = queue.named(record.event_source_arn)
    receive_count = int(record.attributes.approximate_receive_count)
    fields = {"queue": name, "receive_count": receive_count}

    def hold(seconds: int) -> None:
        queue.set_visibility(name, record.receipt_handle, seconds)

    invocation = Invocation(int(context.memory_limit_in_mb), context.get_remaining_time_in_millis, hold, receive_count)
    try:
        for message in read(record.body):
            outcome = _run(run, message, invocation)
            logger().info("message handled", extra={**fields, **_ids(message), "outcome": outcome or "done"})
    except RetryLaterError as later:
        log = logger().info if later.__cause__ is None else logger().exception
        log("message comes back", extra={**fields, "cause": later.cause_code, "after_s": later.after_s})
        hold(later.after_s)
        raise
    except GivenUpError as given_up:
        logger().exception("message given up", extra={**fields, "cause": given_up.cause_code})
    except MessageError as fault:
        logger().error("message is none of ours", extra={**fields, "code": fault.code, "remedy": fault.message})
        queue.send([Envelope(dead_letter_queue(name), record.body)])
    except ClaimLostError as lost:
        logger().warning("claim lost", extra={**fields, "code": lost.code})
        raise
    except Exception:
        # The outermost boundary: Powertools would only count it, and an operator needs the place.
        logger().exception("message failed", extra=fields)
        raise


def _run(run: Callable[[M, Invocation], object], message: M, invocation: Invocation) -> object:
    """Run the use case; where there was no capacity for an attempt to begin, the message comes back soon.

    Its queue would hide it for as long as its function may run.
    """
    try:
        return run(message, invocation)
    except CapacityError as refused:
        raise RetryLaterError(capacity_wait_s(invocation.receive_count), refused.code) from refused


def _ids(message: Message) -> dict[str, str]:
    """The opaque ids in a message, for the log."""
    return {
        name: str(value)
        for name in ("document_id", "chunk_id", "event_id", "event")
        if (value := getattr(message, name, None)) is not None
    }
