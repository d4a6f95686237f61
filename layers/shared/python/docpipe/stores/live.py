"""What a page that was away has missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from docpipe.stores.catalog import DocumentView


@dataclass(frozen=True, slots=True)
class News:
    """What is new to a page.

    Attributes:
        documents: the newest first.
        gone: documents that the page knows and the tenant has no more.
        complete: whether these documents are all that are new.
    """

    documents: tuple[DocumentView, ...]
    gone: tuple[UUID, ...]
    complete: bool


class NewsStore(Protocol):
    """Compares what a page knows with what is. Nothing here ever shows another tenant's rows."""

    def news(self, tenant_id: str, known: Mapping[UUID, int], *, limit: int) -> News:
        """Documents that are unfinished or known to the page, in another revision than the page knows.

        Args:
            known: revisions by document.
            limit: documents at most.
        """
