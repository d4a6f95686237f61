"""Notification: SQS brings what happened to documents; each is logged, and its owner told when it is over."""

from __future__ import annotations

from typing import Any

from docpipe import bootstrap
from docpipe.consumer import BatchResponse, LambdaContext, consume, read_as
from docpipe.messages import DocumentEvent
from docpipe.pipeline.notify_owner import Notification, notify_owner


def handle(event: dict[str, Any], context: LambdaContext, deps: Notification | None = None) -> BatchResponse:
    """Tell of the document events of one SQS event."""
    notification = deps or bootstrap.notification()
    return consume(
        event,
        context,
        notification.queue,
        read=read_as(DocumentEvent),
        run=lambda happened, _invocation: "mailed" if notify_owner(happened, notification) else "logged",
    )
