"""A tenant's documents: creating them, and where each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from docpipe.domain.document import DocumentStatus
from docpipe.domain.eta import Eta
from docpipe.domain.outputs import Output


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
    batch_id: UUID | None = None
    pdfa: bool = False
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What makes a request that is sent twice be done once.

    Attributes:
        key: chosen by the caller.
        request_hash: of the request, so that another one under the same key is told apart.
        answer: what is answered, the second time too.
    """

    key: str
    request_hash: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FailedPageView:
    """A page that could not be read: why, and what to do."""

    page_number: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """What the owner of a document may see of it. Times are UTC; None when not reached.

    Attributes:
        code, message: why it failed.
        failed_pages: the first hundred of them.
        queue_position: 1 for the next to be worked on; None when it does not wait.
        eta: when it will be done; None before it is in the queue and after it has ended.
        mean_confidence: 0-100, mean over its pages that have words.
        pdfa_conforms: whether the searchable PDF was found to be PDF/A; None where that was not asked for (yet).
        pdfa_pages_drawn: pages that had to become pictures for it.
        suggested_languages: that the text seems to be in, other than those it was read in; or None.
    """

    document_id: UUID
    batch_id: UUID | None
    filename: str
    status: DocumentStatus
    code: str | None
    message: str | None
    content_type: str | None
    byte_size: int
    languages: str
    suggested_languages: str | None
    priority: bool
    outputs: tuple[Output, ...]
    pdfa: bool
    pdfa_conforms: bool | None
    pdfa_pages_drawn: int | None
    page_count: int | None
    pages_done: int
    pages_failed: int
    failed_pages: tuple[FailedPageView, ...]
    tier: str | None
    queue_position: int | None
    eta: Eta | None
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
class DocumentFilter:
    """Which documents are listed: those in one of ``statuses`` (none named means any), of one batch or of any."""

    statuses: tuple[DocumentStatus, ...] = ()
    batch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some documents, the newest first. ``next_cursor`` leads to the next ones; None after the last."""

    documents: tuple[DocumentView, ...]
    next_cursor: str | None


class DocumentCatalog(Protocol):
    """What a tenant sees. Nothing here ever shows another tenant's rows."""

    def create(
        self, tenant_id: str, documents: Sequence[NewDocument], receipt: Receipt | None = None
    ) -> dict[str, Any] | None:
        """Add documents, all or none.

        Returns:
            What was answered before under the same key, and nothing was added; None when they were added.

        Raises:
            IdempotencyConflictError: the key was used for another request.
        """

    def get(self, tenant_id: str, document_id: UUID) -> DocumentView:
        """One document.

        Raises:
            DocumentNotFoundError: the tenant has no such document.
        """

    def find(self, tenant_id: str, which: DocumentFilter, *, limit: int, cursor: str | None) -> DocumentPage:
        """Documents, the newest first, ``limit`` at most.

        Raises:
            CursorError: the cursor is none that a list has given.
        """

    def batch(self, tenant_id: str, batch_id: UUID) -> tuple[DocumentView, ...]:
        """All documents of a batch, by name.

        Raises:
            BatchNotFoundError: the tenant has no document of such a batch.
        """

    def default_languages(self, tenant_id: str) -> str | None:
        """The languages of a tenant's documents, where a request names none; None when the tenant has set none."""
