"""A document as its owner sees it: the same by HTTP and over the WebSocket."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field

from docpipe.domain.document import DocumentStatus, can_be_retried, stage_of
from docpipe.domain.errors import (
    AllPagesFailedError,
    AttemptsExhaustedError,
    DeliveryExhaustedError,
    DocumentError,
    PageError,
    UploadMissingError,
)
from docpipe.domain.errors.catalogue import family, listed
from docpipe.domain.outputs import Output
from docpipe.domain.tiers import Tier

_MICRO = 1_000_000


class Eta(BaseModel):
    """A range in which the document will be done: seconds from now."""

    model_config = ConfigDict(from_attributes=True)

    earliest_s: int
    latest_s: int


_PAGE_CODES: Final = "Why, for programs:\n\n" + listed(
    family(PageError), {"internal_error": "Something went wrong here; try again."}
)
_CODES: Final = (
    "Why it failed, was cancelled or has expired, for programs. (In between, why an attempt is to be repeated.)\n\n"
) + listed(
    [
        *family(DocumentError),
        AllPagesFailedError,
        AttemptsExhaustedError,
        DeliveryExhaustedError,
        UploadMissingError,
    ],
    {
        "cancelled": "Its owner cancelled it.",
        "upload_expired": "The file was never uploaded.",
    },
)


class FailedPage(BaseModel):
    """A page that could not be read, and what to do about it."""

    model_config = ConfigDict(from_attributes=True)

    page_number: int
    code: Annotated[str, Field(description=_PAGE_CODES)]
    message: str


_WAITING: Final[dict[str, Any]] = {
    "document_id": "28764cf5-7870-4f17-814a-ebae7f2a123a",
    "batch_id": None,
    "filename": "letter.pdf",
    "status": "queued",
    "stage": "in queue",
    "retryable": False,
    "code": None,
    "message": None,
    "content_type": "application/pdf",
    "byte_size": 482133,
    "languages": "eng",
    "suggested_languages": None,
    "priority": False,
    "outputs": [],
    "pdfa": False,
    "pdfa_conforms": None,
    "pdfa_pages_drawn": None,
    "page_count": 6,
    "pages_done": 0,
    "pages_failed": 0,
    "failed_pages": [],
    "tier": "small",
    "queue_position": 3,
    "eta": {"earliest_s": 12, "latest_s": 45},
    "mean_confidence": None,
    "cost_microusd": None,
    "cost_usd": None,
    "revision": 4,
    "created_at": "2026-11-25T10:41:02Z",
    "uploaded_at": "2026-11-25T10:41:05Z",
    "queued_at": "2026-11-25T10:41:06Z",
    "started_at": None,
    "assembling_at": None,
    "finished_at": None,
}


class Document(BaseModel):
    """Where a document stands. Times are UTC, null when not reached; confidence is 0-100.

    ``suggested_languages`` are those that the text seems to be in, when it was read in others. Of a document that was
    to be PDF/A, ``pdfa_conforms`` tells whether it is, and ``pdfa_pages_drawn`` how many pages had to become
    pictures for it. ``revision`` rises with each change, so that the newer of two answers is known.
    """

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_WAITING]})

    document_id: UUID
    batch_id: UUID | None
    filename: str
    status: DocumentStatus
    code: Annotated[str | None, Field(description=_CODES)]
    message: Annotated[str | None, Field(description="What ``code`` means and what to do, for people.")]
    content_type: str | None
    byte_size: int
    languages: str
    suggested_languages: str | None
    priority: Annotated[bool, Field(description="Whether it takes the priority lane: the role of its owner decides.")]
    outputs: list[Output]
    pdfa: bool
    pdfa_conforms: bool | None
    pdfa_pages_drawn: int | None
    page_count: int | None
    pages_done: int
    pages_failed: int
    failed_pages: Annotated[list[FailedPage], Field(description="The first hundred of them.")]
    tier: Annotated[Tier | None, Field(description="How large it is, which decides who reads it.")]
    queue_position: Annotated[
        int | None, Field(description="1 for the next of its tier to be read; null when it does not wait.")
    ]
    eta: Annotated[Eta | None, Field(description="Null when nothing more is to be done.")]
    mean_confidence: Annotated[float | None, Field(description="Over the pages that have words.")]
    cost_microusd: Annotated[
        int | None, Field(description="Of all that was done for it, once it has ended, however it did.")
    ]
    revision: int
    created_at: datetime
    uploaded_at: datetime | None
    queued_at: datetime | None
    started_at: datetime | None
    assembling_at: datetime | None
    finished_at: datetime | None

    @computed_field  # type: ignore[prop-decorator]  # as pydantic advises: mypy takes no decorator over property
    @property
    def stage(self) -> str:
        """What is going on, in words."""
        return stage_of(self.status, arrived=self.uploaded_at is not None)

    @computed_field  # type: ignore[prop-decorator]  # as pydantic advises: mypy takes no decorator over property
    @property
    def retryable(self) -> bool:
        """Whether ``POST /documents/{document_id}/retry`` has something to do again."""
        return can_be_retried(self.status, self.code)

    @computed_field  # type: ignore[prop-decorator]  # as pydantic advises: mypy takes no decorator over property
    @property
    def cost_usd(self) -> float | None:
        """What all that was done for it cost, in US dollars."""
        return None if self.cost_microusd is None else self.cost_microusd / _MICRO


_CHANGING: Final = {
    *("document_id", "revision", "status", "stage", "retryable", "page_count", "pages_done", "pages_failed"),
    *("queue_position", "eta", "code", "message", "mean_confidence", "cost_usd"),
}
"""What of a document changes while it is worked on."""


def document_news(document: Document) -> dict[str, Any]:
    """A document as open pages are told of it: what changes, and never its name.

    A page drops what is older than what it has. News of the same revision tell a newer place in the queue.
    """
    return {"type": "document", **document.model_dump(mode="json", include=_CHANGING)}


def gone_news(document_id: UUID) -> dict[str, Any]:
    """An erased document, as open pages are told of it."""
    return {"type": "gone", "document_id": str(document_id)}
