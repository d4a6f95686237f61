"""Sending what was committed: the outbox is flushed after each change, and by the sweeper for those that died."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from docpipe.domain import lanes
from docpipe.domain.errors import CapacityError, QueueError
from docpipe.messages import DocumentEvent, EventKind
from docpipe.services import MessageQueue
from docpipe.stores import Envelope, Outbox, Progress


@dataclass(frozen=True, slots=True)
class Publisher:
    """Sends messages from the outbox, and passing news of progress past it."""

    outbox: Outbox
    queue: MessageQueue

    def flush(self, *, older_than_s: int = 0) -> int:
        """Send what was committed at least ``older_than_s`` seconds ago; returns how many messages."""
        return self.outbox.publish(self.queue.send, older_than_s=older_than_s)

    def progress(self, document_id: UUID, progress: Progress) -> None:
        """Tell how far a document has come.

        Such news is neither kept nor missed: the next says more, and whoever asks is told anyway.
        A queue that does not take it must not fail the page it tells of.
        """
        event = DocumentEvent(
            event_id=uuid4(),
            event=EventKind.PROGRESS,
            document_id=document_id,
            status=progress.status,
            page_count=progress.page_count,
            pages_done=progress.pages_done,
            pages_failed=progress.pages_failed,
            occurred_at=datetime.now(UTC),
        )
        with suppress(QueueError, CapacityError):
            self.queue.send([Envelope(lanes.EVENTS, event.model_dump_json())])
