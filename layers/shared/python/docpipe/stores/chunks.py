"""Chunks and their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from docpipe.domain.chunking import PageRange
from docpipe.domain.cost import Usage
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import DocpipeError
from docpipe.domain.page import PageReading
from docpipe.messages import Message
from docpipe.stores.claims import ChunkClaim, Refusal


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a document has come.

    Attributes:
        followed: whether a page may be open that waits to be told.
    """

    status: DocumentStatus
    page_count: int
    pages_done: int
    pages_failed: int
    followed: bool


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk that takes over pages of another. ``attempt`` counts those already spent on its pages."""

    pages: PageRange
    lane: str
    attempt: int = 0


class ChunkStore(Protocol):
    """Chunks and their pages."""

    def claim(self, chunk_id: UUID, *, generation: int, lease_s: int) -> ChunkClaim | Refusal:
        """Claim a chunk; a failed one, and its document, are reopened by a redriven message."""

    def begin_page(self, claim: ChunkClaim, in_hand: Sequence[int], *, lease_s: int) -> None:
        """Note which pages are in hand, so that a silent death names its suspects; keeps the claim."""

    def save_page(self, claim: ChunkClaim, reading: PageReading, image_key: str | None) -> Progress:
        """Commit a finished page. A page that is there already stays as it is."""

    def extend(self, claim: ChunkClaim, *, lease_s: int) -> None:
        """Keep the claim for another ``lease_s`` seconds."""

    def finish(self, claim: ChunkClaim, usage: Usage) -> Progress:
        """The chunk is done. After the document's last chunk, assembly is announced."""

    def replace(self, claim: ChunkClaim, chunks: Sequence[NewChunk], usage: Usage) -> None:
        """Other chunks take over the unfinished pages."""

    def release(self, claim: ChunkClaim, error_code: str, *, counted: bool, usage: Usage) -> None:
        """End the attempt; another may start at once. Not ``counted``: as if it had never begun."""

    def fail(
        self,
        claim: ChunkClaim,
        error: DocpipeError,
        usage: Usage,
        *,
        dead_letter: Message | None = None,
    ) -> None:
        """Chunk and document failed, for the error's reason; ``dead_letter`` goes to the lane's dead-letter queue.

        The chunk's generation rises by one, so that every message of before is stale.
        """
