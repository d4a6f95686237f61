"""Notification: SQS brings what happened; documents are measured, those to be told are found, pages are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from docpipe.bootstrap.notify import Telling, wired
from docpipe.consumer import BatchResponse, LambdaContext, consume, read_as
from docpipe.messages import DocumentEvent, Happening
from docpipe.pipeline.invocation import Invocation
from docpipe.pipeline.measure_document import measure_document
from docpipe.pipeline.notify import notify
from docpipe.pipeline.push_news import MOVING, push_changes


@dataclass(slots=True)
class _Changes:
    """What the events of one batch were about; pages are told of each document once."""

    documents: set[UUID] = field(default_factory=set)
    moved: bool = False

    def note(self, happened: DocumentEvent) -> None:
        self.documents.add(happened.document_id)
        self.moved = self.moved or happened.event in MOVING


def handle(event: dict[str, Any], context: LambdaContext, deps: Telling | None = None) -> BatchResponse:
    """Tell of what one SQS event brings."""
    telling, changes = deps or wired(), _Changes()
    answer = consume(
        event,
        context,
        telling.notification.publisher.queue,
        read=read_as(Happening),
        run=lambda happened, invocation: _tell(happened, invocation, telling, changes),
    )
    push_changes(changes.documents, telling.pushing, moved=changes.moved)
    return answer


def _tell(happened: Happening, invocation: Invocation, telling: Telling, changes: _Changes) -> str:
    if isinstance(happened, DocumentEvent):
        changes.note(happened)
        measure_document(happened, telling.measuring)
    return notify(happened, invocation, telling.notification)
