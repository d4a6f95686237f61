"""Redriving: an operator has the dead letters of a queue tried again."""

from __future__ import annotations

from docpipe.domain.errors import UnknownQueueError
from docpipe.domain.lanes import WORK_QUEUES
from docpipe.services import MessageQueue
from docpipe.stores import OperationsStore

_AT_ONCE = 500
"""Messages moved by one request: well within its time."""


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
