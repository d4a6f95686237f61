"""Notification: SQS brings what happened to documents; each is measured, and those to be told are found."""

from __future__ import annotations

from typing import Any

from docpipe import bootstrap
from docpipe.consumer import BatchResponse, LambdaContext, consume, read_as
from docpipe.messages import DocumentEvent
from docpipe.pipeline.measure_document import measure_document
from docpipe.pipeline.notify import notify


def handle(event: dict[str, Any], context: LambdaContext, deps: bootstrap.Telling | None = None) -> BatchResponse:
    """Tell of the document events of one SQS event."""
    telling = deps or bootstrap.telling()
    return consume(
        event,
        context,
        telling.notification.publisher.queue,
        read=read_as(DocumentEvent),
        run=lambda happened, _invocation: _tell(happened, telling),
    )


def _tell(happened: DocumentEvent, telling: bootstrap.Telling) -> str:
    measure_document(happened, telling.measuring)
    return "delivered" if notify(happened, telling.notification) else "logged"
