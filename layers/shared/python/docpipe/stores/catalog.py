"""What a tenant sees of its documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from docpipe.domain.document import DocumentStatus


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that awaits its upload."""

    document_id: UUID
    tenant_id: str
    owner_email: str | None
    filename: str
    content_type: str | None
    byte_size: int
    languages: str
    priority: bool
    upload_expires_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentView:
    """What the owner of a document may see of it. Times are UTC; None when not reached.

    Attributes:
        code, message: why it failed.
        queue_position: 1 for the next to be worked on; None when it does not wait.
        mean_confidence: 0-100, mean over its pages that have words.
    """

    document_id: UUID
    status: DocumentStatus
    code: str | None
    message: str | None
    content_type: str | None
    byte_size: int
    languages: str
    priority: bool
    page_count: int | None
    pages_done: int
    pages_failed: int
    tier: str | None
    queue_position: int | None
    mean_confidence: float | None
    cost_microusd: int | None
    revision: int
    created_at: datetime
    uploaded_at: datetime | None
    queued_at: datetime | None
    started_at: datetime | None
    assembling_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class PageView:
    """A finished page; the fields mean what they mean on ``PageReading``."""

    page_number: int
    source: str
    reason: str
    error_code: str | None
    text: str
    words: list[dict[str, Any]]
    mean_confidence: float | None
    dpi: float
    rotation: int
    width: float
    height: float
    duration_ms: int
    image_key: str | None


class DocumentCatalog(Protocol):
    """What a tenant sees. Nothing here ever shows another tenant's rows."""

    def create(self, document: NewDocument) -> None:
        """Add a document."""

    def get(self, tenant_id: str, document_id: UUID) -> DocumentView:
        """One document.

        Raises:
            DocumentNotFoundError: the tenant has no such document.
        """

    def pages(self, tenant_id: str, document_id: UUID, *, after: int, limit: int) -> list[PageView]:
        """Finished pages with a number above ``after``, in order, ``limit`` at most.

        Raises:
            DocumentNotFoundError: the tenant has no such document.
        """
