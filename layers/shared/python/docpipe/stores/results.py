"""What was read in a tenant's documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID


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


@dataclass(frozen=True, slots=True)
class PageOutline:
    """A finished page without what was read on it: how it came out, words worth a look, its size in points."""

    page_number: int
    source: str
    error_code: str | None
    mean_confidence: float | None
    words_to_check: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageTextView:
    """A page's number and text."""

    page_number: int
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a snippet; ``match`` tells that it is what was searched for."""

    text: str
    match: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A page on which the words were found. A higher rank is a better hit."""

    document_id: UUID
    filename: str
    page_number: int
    snippet: tuple[Segment, ...]
    rank: float


@dataclass(frozen=True, slots=True)
class HitPage:
    """Some hits, the best first. ``next_cursor`` leads to the next ones; None after the last."""

    hits: tuple[Hit, ...]
    next_cursor: str | None


class ResultStore(Protocol):
    """Pages and their text. Nothing here ever shows another tenant's rows."""

    def pages(
        self, tenant_id: str, document_id: UUID, *, after: int, limit: int, max_bytes: int
    ) -> tuple[list[PageView], int | None]:
        """Finished pages with a number above ``after``, in order.

        Returns:
            ``limit`` pages at most, and no more than ``max_bytes`` of text and words hold (but one at
            least); and the number to go on after, or None when no finished page is left.

        Raises:
            DocumentNotFoundError: the tenant has no such document.
        """

    def page(self, tenant_id: str, document_id: UUID, page_number: int) -> PageView:
        """One finished page.

        Raises:
            DocumentNotFoundError: the tenant has no such document.
            PageNotFoundError: it has no such page, or it is not finished.
        """

    def outline(self, tenant_id: str, document_id: UUID) -> list[PageOutline]:
        """All finished pages in order, without words and text.

        Raises:
            DocumentNotFoundError: the tenant has no such document.
        """

    def text(
        self, tenant_id: str, document_id: UUID, *, after: int, max_bytes: int
    ) -> tuple[list[PageTextView], int | None]:
        """The text of the finished pages, bounded and answered as ``pages``."""

    def search(
        self, tenant_id: str, query: str, *, within: UUID | None = None, limit: int, cursor: str | None
    ) -> HitPage:
        """Pages that hold what a web search would find for ``query``, the best first.

        Args:
            within: the document whose pages are searched; None for all of the tenant's.

        Raises:
            CursorError: the cursor is none that a search has given.
        """
