"""The life of a document: its states, and which may follow which.

State moves only forward. The ways back are a redrive, by which an operator sends a dead-lettered
message again, and a retry, by which the owner asks for failed work to be done again: both reopen a
document at the stage where it failed.
"""

from __future__ import annotations

from enum import StrEnum

from docpipe.domain.errors import AllPagesFailedError, AttemptsExhaustedError, DeliveryExhaustedError


class DocumentStatus(StrEnum):
    """Where a document stands."""

    AWAITING_UPLOAD = "awaiting_upload"
    QUEUED = "queued"
    PROCESSING = "processing"
    ASSEMBLING = "assembling"
    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Whether the owner has nothing more to wait for."""
        return self in _FINAL

    @property
    def has_result(self) -> bool:
        """Whether whole text and searchable PDF exist."""
        return self in (DocumentStatus.COMPLETED, DocumentStatus.COMPLETED_WITH_FAILURES)


_FINAL = frozenset(
    {
        DocumentStatus.COMPLETED,
        DocumentStatus.COMPLETED_WITH_FAILURES,
        DocumentStatus.FAILED,
        DocumentStatus.CANCELLED,
        DocumentStatus.EXPIRED,
    }
)

TRANSITIONS: dict[DocumentStatus, frozenset[DocumentStatus]] = {
    DocumentStatus.AWAITING_UPLOAD: frozenset(
        {DocumentStatus.QUEUED, DocumentStatus.FAILED, DocumentStatus.EXPIRED, DocumentStatus.CANCELLED}
    ),
    DocumentStatus.QUEUED: frozenset({DocumentStatus.PROCESSING, DocumentStatus.FAILED, DocumentStatus.CANCELLED}),
    DocumentStatus.PROCESSING: frozenset({DocumentStatus.ASSEMBLING, DocumentStatus.FAILED, DocumentStatus.CANCELLED}),
    DocumentStatus.ASSEMBLING: frozenset(
        {
            DocumentStatus.COMPLETED,
            DocumentStatus.COMPLETED_WITH_FAILURES,
            DocumentStatus.FAILED,
            DocumentStatus.CANCELLED,
        }
    ),
    # Redrive reopens a failed document at the stage where it failed.
    DocumentStatus.FAILED: frozenset(
        {DocumentStatus.AWAITING_UPLOAD, DocumentStatus.PROCESSING, DocumentStatus.ASSEMBLING}
    ),
    DocumentStatus.COMPLETED: frozenset(),
    # The owner asks for the failed pages to be read again.
    DocumentStatus.COMPLETED_WITH_FAILURES: frozenset({DocumentStatus.PROCESSING}),
    DocumentStatus.CANCELLED: frozenset(),
    DocumentStatus.EXPIRED: frozenset(),
}
"""Allowed moves. The database holds the same table in a trigger; a test compares the two."""


_MAY_PASS = frozenset(kind.code for kind in (AllPagesFailedError, AttemptsExhaustedError, DeliveryExhaustedError))
"""Why a document failed that another try may mend; every other reason is the file's and would be met again."""


def can_be_retried(status: DocumentStatus, code: str | None) -> bool:
    """Whether there is failed work that its owner can have done again."""
    if status is DocumentStatus.COMPLETED_WITH_FAILURES:
        return True
    return status is DocumentStatus.FAILED and code in _MAY_PASS


def final_status(*, page_count: int, pages_failed: int) -> DocumentStatus:
    """How a document ends whose pages are all finished: without a single page that was read, it has failed."""
    if pages_failed >= page_count:
        return DocumentStatus.FAILED
    return DocumentStatus.COMPLETED_WITH_FAILURES if pages_failed else DocumentStatus.COMPLETED


_STAGES: dict[DocumentStatus, str] = {
    DocumentStatus.AWAITING_UPLOAD: "waiting for upload",
    DocumentStatus.QUEUED: "in queue",
    DocumentStatus.PROCESSING: "reading pages",
    DocumentStatus.ASSEMBLING: "putting together",
    DocumentStatus.COMPLETED: "done",
    DocumentStatus.COMPLETED_WITH_FAILURES: "done, some pages failed",
    DocumentStatus.FAILED: "failed",
    DocumentStatus.CANCELLED: "cancelled",
    DocumentStatus.EXPIRED: "expired",
}


def stage_of(status: DocumentStatus, *, arrived: bool) -> str:
    """What is going on with a document, in words for its owner; ``arrived`` tells that the file is there."""
    if status is DocumentStatus.AWAITING_UPLOAD and arrived:
        return "checking the file"
    return _STAGES[status]
