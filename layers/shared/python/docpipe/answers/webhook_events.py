"""What webhooks are sent: opaque ids, counts and codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from docpipe.domain.document import DocumentStatus
from docpipe.domain.webhooks import WebhookEventType
from docpipe.messages import DocumentEvent

PING: Final = "ping"
"""The event of a webhook's test."""


class DocumentEventData(BaseModel):
    """Where a document stood when the event happened: opaque ids, counts and a code, nothing that was read."""

    document_id: UUID
    batch_id: UUID | None
    status: DocumentStatus
    page_count: int | None
    pages_done: int
    pages_failed: int
    code: str | None


class BatchEventData(BaseModel):
    """How the documents of a batch ended: how many in which state."""

    batch_id: UUID
    documents: int
    counts: dict[DocumentStatus, int]


class PingData(BaseModel):
    """Which webhook is tried."""

    webhook_id: UUID


class WebhookEvent(BaseModel):
    """What a webhook is sent. ``id`` is the same at each attempt; ``type`` says what ``data`` holds."""

    id: UUID
    type: str
    created_at: datetime
    data: DocumentEventData | BatchEventData | PingData


def webhook_body(event: DocumentEvent, batch_id: UUID | None) -> str:
    """An event of a document as webhooks are sent it."""
    data = DocumentEventData(batch_id=batch_id, **event.model_dump(include=set(DocumentEventData.model_fields)))
    told = WebhookEvent(id=event.event_id, type=event.event, created_at=event.occurred_at, data=data)
    return told.model_dump_json()


def batch_body(event_id: UUID, batch_id: UUID, counts: Mapping[DocumentStatus, int]) -> str:
    """The end of a batch, as webhooks are sent it."""
    data = BatchEventData(batch_id=batch_id, documents=sum(counts.values()), counts=dict(counts))
    kind = WebhookEventType.BATCH_FINISHED
    return WebhookEvent(id=event_id, type=kind, created_at=datetime.now(UTC), data=data).model_dump_json()


def ping(event_id: UUID, webhook_id: UUID) -> str:
    """The test event, as a webhook is sent it."""
    told = WebhookEvent(id=event_id, type=PING, created_at=datetime.now(UTC), data=PingData(webhook_id=webhook_id))
    return told.model_dump_json()
