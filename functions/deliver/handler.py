"""Delivering: SQS brings what is to leave the system; it needs the internet, and no database."""

from __future__ import annotations

from typing import Any

from docpipe.bootstrap.deliver import wired
from docpipe.consumer import BatchResponse, LambdaContext, consume, read_as
from docpipe.messages import Delivery
from docpipe.pipeline.deliver import Delivering, deliver


def handle(event: dict[str, Any], context: LambdaContext, deps: Delivering | None = None) -> BatchResponse:
    """Send the deliveries of one SQS event."""
    delivering = deps or wired()
    return consume(
        event,
        context,
        delivering.queue,
        read=read_as(Delivery),
        run=lambda delivery, invocation: deliver(delivery, invocation, delivering),
    )
