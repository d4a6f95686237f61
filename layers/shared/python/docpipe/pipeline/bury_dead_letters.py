"""Dead letters: messages that no attempt could be made on are told to the owners of their documents.

Messages that were given up after their attempts have told already; here are those that never got so
far: the function crashed on start, or was throttled for longer than the queue is patient. The
messages stay in their dead-letter queues, where an operator sees them, and redrives them.
"""

from __future__ import annotations

from dataclasses import dataclass

from docpipe.domain import lanes
from docpipe.domain.errors import DeliveryExhaustedError, MessageError
from docpipe.messages import AnyMessage, AssemblyReady, ChunkReady, UploadArrived, parse
from docpipe.pipeline.publish import Publisher
from docpipe.pipeline.s3_events import uploads_in
from docpipe.services import MessageQueue
from docpipe.stores import UpkeepStore

_LOOK_AT = 100
"""Messages looked at in each queue in one run; those already told of cost one query each."""


@dataclass(frozen=True, slots=True)
class Burial:
    """What looking through the dead letters works with."""

    store: UpkeepStore
    queue: MessageQueue
    publisher: Publisher


@dataclass(frozen=True, slots=True)
class BurialReport:
    """What one run found.

    Attributes:
        buried: documents and chunks that failed now.
        waiting: messages seen in each dead-letter queue that holds any.
        unreadable: messages that fit no contract.
    """

    buried: int
    waiting: dict[str, int]
    unreadable: int


def bury_dead_letters(deps: Burial) -> BurialReport:
    """Fail the documents of dead-lettered messages, and leave the messages where they are."""
    buried = unreadable = 0
    waiting: dict[str, int] = {}
    for queue in lanes.WORK_QUEUES:
        dead_letters = lanes.dead_letter_queue(queue)
        bodies = deps.queue.peek(dead_letters, limit=_LOOK_AT)
        if bodies:
            waiting[dead_letters] = len(bodies)
        for body in bodies:
            try:
                buried += _bury(body, deps.store)
            except MessageError:
                unreadable += 1
    deps.publisher.flush()
    return BurialReport(buried=buried, waiting=waiting, unreadable=unreadable)


def _bury(body: str, store: UpkeepStore) -> int:
    error = DeliveryExhaustedError()
    buried = 0
    for message in _messages(body):
        if isinstance(message, ChunkReady):
            buried += store.bury_chunk(message.chunk_id, error)
        elif isinstance(message, UploadArrived | AssemblyReady):
            buried += store.bury_document(message.document_id, error)
    return buried


def _messages(body: str) -> list[AnyMessage]:
    uploads = uploads_in(body)
    return [parse(body)] if uploads is None else list(uploads)
