"""The messages on the queues: the contract between the functions.

Every message may come twice, late or out of order. ``generation`` counts how often a piece of work
was given up: a message of an older generation is a stale duplicate and is dropped, a dead-lettered
message carries the newest, so that a redrive reopens the work and a duplicate never does.
Messages hold opaque ids and counts only, no health data. A delivery also holds where it goes; queues are
encrypted, and the outbox drops the address once the message is sent.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import MessageError
from docpipe.domain.webhooks import Disabled


class Message(BaseModel):
    """Base of every message: immutable, and nothing beside the named fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class UploadArrived(Message):
    """An object was uploaded: look at it. Made from an S3 event, or sent again by a redrive."""

    kind: Literal["upload_arrived"] = "upload_arrived"
    document_id: UUID
    version_id: str | None = None
    generation: int = 0


class ChunkReady(Message):
    """A chunk waits to be recognised."""

    kind: Literal["chunk_ready"] = "chunk_ready"
    document_id: UUID
    chunk_id: UUID
    generation: int = 0


class AssemblyReady(Message):
    """Every page of a document is finished: put the results together."""

    kind: Literal["assembly_ready"] = "assembly_ready"
    document_id: UUID
    generation: int = 0


class EventKind(StrEnum):
    """What happened to a document."""

    QUEUED = "document.queued"
    PROCESSING = "document.processing"
    PROGRESS = "document.progress"
    ASSEMBLING = "document.assembling"
    COMPLETED = "document.completed"
    COMPLETED_WITH_FAILURES = "document.completed_with_failures"
    FAILED = "document.failed"
    CANCELLED = "document.cancelled"
    EXPIRED = "document.expired"


class Happening(Message):
    """Something that happened, and from which it may follow that somebody is told."""


class DocumentEvent(Happening):
    """Something happened to a document. ``event_id`` is stable over redelivery."""

    kind: Literal["document_event"] = "document_event"
    event_id: UUID
    event: EventKind
    document_id: UUID
    status: DocumentStatus
    page_count: int | None = None
    pages_done: int = 0
    pages_failed: int = 0
    code: str | None = None
    occurred_at: AwareDatetime


class WebhookReport(Happening):
    """What came of an attempt to deliver to a webhook.

    Attributes:
        answered: HTTP status, or None when there was no answer and ``error`` says why.
    """

    kind: Literal["webhook_report"] = "webhook_report"
    event_id: UUID
    webhook_id: UUID
    attempt: int
    answered: int | None
    error: str | None


class Delivery(Message):
    """Something to be sent out of the system. Whoever sends it needs no database."""


class DocumentNotice(Message):
    """A document has ended. ``reason`` is the sentence of its failure."""

    about: Literal["document"] = "document"
    document_id: UUID
    status: DocumentStatus
    page_count: int | None
    pages_failed: int
    reason: str | None


class BatchNotice(Message):
    """All documents of a batch have ended: how many in which state."""

    about: Literal["batch"] = "batch"
    batch_id: UUID
    counts: dict[DocumentStatus, int]


class WebhookNotice(Message):
    """A webhook was disabled: it failed too often, or its address said that it is gone. ``host`` is that of its URL."""

    about: Literal["webhook"] = "webhook"
    webhook_id: UUID
    host: str
    reason: Disabled


class MailDelivery(Delivery):
    """An e-mail to one address. ``mail_id`` is stable over redelivery."""

    kind: Literal["mail"] = "mail"
    mail_id: UUID
    recipient: str
    notice: Annotated[DocumentNotice | BatchNotice | WebhookNotice, Field(discriminator="about")]


class WebhookDelivery(Delivery):
    """One attempt to deliver an event to a webhook. ``event_id`` stays the same over all attempts.

    Attributes:
        attempt: number of the attempt, from 1.
        secrets: what the body is signed with, the newest first.
        body: JSON, the same at each attempt.
    """

    kind: Literal["webhook"] = "webhook"
    event_id: UUID
    webhook_id: UUID
    attempt: int
    url: str
    secrets: tuple[str, ...]
    body: str


class Push(Delivery):
    """News for the open pages of a tenant. It may be lost: a page that reconnects asks where things stand.

    ``messages`` are what a WebSocket is sent, the oldest first.
    """

    kind: Literal["push"] = "push"
    tenant_id: str
    messages: tuple[dict[str, Any], ...]


AnyMessage = (
    UploadArrived | ChunkReady | AssemblyReady | DocumentEvent | WebhookReport | MailDelivery | WebhookDelivery | Push
)

_ANY: TypeAdapter[AnyMessage] = TypeAdapter(Annotated[AnyMessage, Field(discriminator="kind")])


def parse(body: str) -> AnyMessage:
    """Read a message body.

    Raises:
        MessageError: the body is none of the messages above.
    """
    try:
        return _ANY.validate_json(body)
    except ValidationError:
        # The validation error quotes its input, which may be anything: it must not travel on.
        raise MessageError("The message does not fit the contract of docpipe.messages.") from None


def event_of(status: DocumentStatus) -> EventKind:
    """The event that tells of a document reaching ``status``."""
    return EventKind(f"document.{status}")
