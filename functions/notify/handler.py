"""Notification: SQS brings what happened to documents; each is measured, and its owner told when it is over."""

from __future__ import annotations

from typing import Any

from docpipe import bootstrap
from docpipe.consumer import BatchResponse, LambdaContext, consume, read_as
from docpipe.messages import DocumentEvent
from docpipe.metrics import Metric
from docpipe.pipeline.measure_document import measure_document
from docpipe.pipeline.notify_owner import notify_owner


def handle(event: dict[str, Any], context: LambdaContext, deps: bootstrap.Telling | None = None) -> BatchResponse:
    """Tell of the document events of one SQS event."""
    telling = deps or bootstrap.telling()
    return consume(
        event,
        context,
        telling.notification.queue,
        read=read_as(DocumentEvent),
        run=lambda happened, _invocation: _tell(happened, telling),
    )


def _tell(happened: DocumentEvent, telling: bootstrap.Telling) -> str:
    measure_document(happened, telling.measuring)
    if not notify_owner(happened, telling.notification):
        return "logged"
    telling.measuring.meter.record({Metric.MAILS_SENT: 1})
    return "mailed"
