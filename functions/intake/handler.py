"""Intake: SQS brings S3's news of uploads; each is looked at, and queued or rejected at once."""

from __future__ import annotations

from typing import Any

from docpipe.bootstrap.intake import wired
from docpipe.consumer import BatchResponse, LambdaContext, consume
from docpipe.domain.errors import MessageError
from docpipe.messages import UploadArrived, parse
from docpipe.pipeline.admit_document import Intake, admit_document
from docpipe.pipeline.s3_events import uploads_in


def handle(event: dict[str, Any], context: LambdaContext, deps: Intake | None = None) -> BatchResponse:
    """Admit the uploads of one SQS event."""
    intake = deps or wired()
    return consume(
        event,
        context,
        intake.publisher.queue,
        read=_uploads,
        run=lambda upload, invocation: admit_document(upload, invocation, intake),
    )


def _uploads(body: str) -> list[UploadArrived]:
    """The uploads that a message tells of: S3's own notification, or one that was redriven."""
    uploads = uploads_in(body)
    if uploads is not None:
        return uploads
    message = parse(body)
    if not isinstance(message, UploadArrived):
        raise MessageError("The message is of another kind than the intake queue holds.")
    return [message]
