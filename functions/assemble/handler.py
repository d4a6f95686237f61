"""Assembly: SQS brings a document whose pages are all finished; its results are put together."""

from __future__ import annotations

from typing import Any

from docpipe.bootstrap.assemble import wired
from docpipe.consumer import BatchResponse, LambdaContext, consume, read_as
from docpipe.messages import AssemblyReady
from docpipe.pipeline.assemble_document import Assembly, assemble_document


def handle(event: dict[str, Any], context: LambdaContext, deps: Assembly | None = None) -> BatchResponse:
    """Assemble the document of one SQS event."""
    assembly = deps or wired()
    return consume(
        event,
        context,
        assembly.publisher.queue,
        read=read_as(AssemblyReady),
        run=lambda message, invocation: assemble_document(message, invocation, assembly),
    )
