"""Notification: SQS brings what happened; documents are measured, and those to be told are found."""

from __future__ import annotations

from typing import Any

from docpipe import bootstrap
from docpipe.consumer import BatchResponse, LambdaContext, consume, read_as
from docpipe.messages import DocumentEvent, Happening
from docpipe.pipeline.measure_document import measure_document
from docpipe.pipeline.notify import notify


def handle(event: dict[str, Any], context: LambdaContext, deps: bootstrap.Telling | None = None) -> BatchResponse:
    """Tell of what one SQS event brings."""
    telling = deps or bootstrap.telling()
    return consume(
        event,
        context,
        telling.notification.publisher.queue,
        read=read_as(Happening),
        run=lambda happened, _invocation: _tell(happened, telling),
    )


def _tell(happened: Happening, telling: bootstrap.Telling) -> str:
    if isinstance(happened, DocumentEvent):
        measure_document(happened, telling.measuring)
    return notify(happened, telling.notification)
