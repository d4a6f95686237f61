"""Recognition: SQS brings a chunk; its unfinished pages are read and committed one by one."""

from __future__ import annotations

from typing import Any

from docpipe.bootstrap.ocr import wired
from docpipe.consumer import BatchResponse, LambdaContext, consume, read_as
from docpipe.messages import ChunkReady
from docpipe.pipeline.recognise_chunk import Recognition, recognise_chunk


def handle(event: dict[str, Any], context: LambdaContext, deps: Recognition | None = None) -> BatchResponse:
    """Recognise the chunk of one SQS event."""
    recognition = deps or wired()
    return consume(
        event,
        context,
        recognition.publisher.queue,
        read=read_as(ChunkReady),
        run=lambda chunk, invocation: recognise_chunk(chunk, invocation, recognition),
    )
