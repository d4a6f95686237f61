"""Redriving: an operator sees the dead letters, and has those of a queue tried again."""

from __future__ import annotations

from docpipe.domain.errors import UnknownQueueError
from docpipe.domain.lanes import WORK_QUEUES, dead_letter_queue
from docpipe.services import MessageQueue
from docpipe.stores import OperationsStore

_AT_ONCE = 500
"""Messages moved by one request: well within its time."""


def dead_letters(queues: MessageQueue) -> dict[str, int]:
    """About how many dead letters there are, by the work queue that they come from; none where there are none.

    Raises:
        QueueError, CapacityError: a queue did not tell.
    """
    counted = {queue: queues.waiting(dead_letter_queue(queue)) for queue in WORK_QUEUES}
    return {queue: number for queue, number in counted.items() if number}


def redrive(tenant_id: str, queue: str, *, actor: str, queues: MessageQueue, store: OperationsStore) -> int:
    """Move dead letters back to the queue they came from; returns how many.

    Raises:
        UnknownQueueError: there is no work queue of that name.
        QueueError, CapacityError: some could not be moved.
    """
    if queue not in WORK_QUEUES:
        raise UnknownQueueError
    moved = queues.redrive(queue, limit=_AT_ONCE)
    store.note_redrive(tenant_id, actor=actor, queue=queue, moved=moved)
    return moved
