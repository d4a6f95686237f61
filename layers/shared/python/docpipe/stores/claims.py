"""Claims: the right to work on something for a while, and why it may be refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from docpipe.domain.formats import FileFormat
from docpipe.domain.outputs import Output


class Refused(StrEnum):
    """Why a piece of work cannot be claimed. All but BUSY mean: nothing to do, drop the message."""

    GONE = "gone"
    """The document does not exist, or was cancelled or has expired."""
    DONE = "done"
    """The work is done, or has passed to other chunks."""
    STALE = "stale"
    """The message is older than the last time the work was given up."""
    BUSY = "busy"
    """Another attempt holds the lease."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A claim that was not given. ``wait_s`` tells when a BUSY lease ends, in seconds."""

    why: Refused
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class DocumentClaim:
    """The right to work on a document's current stage (intake or assembly).

    Attributes:
        attempt: number of this attempt, from 1.
        died: the attempt before this one ended without a word.
        pdfa, outputs: what assembly is to make besides text and searchable PDF.
    """

    document_id: UUID
    token: UUID
    attempt: int
    generation: int
    died: bool
    priority: bool
    languages: str
    byte_size: int
    object_version: str | None
    file_format: FileFormat | None
    page_count: int | None
    pages_failed: int
    pdfa: bool = False
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class ChunkClaim:
    """The right to work on a chunk.

    Attributes:
        attempt: number of this attempt, from 1.
        died: the attempt before this one ended without a word.
        in_hand: pages that it had begun and not finished.
        unfinished: pages of the chunk without a row yet, in order.
    """

    chunk_id: UUID
    document_id: UUID
    token: UUID
    attempt: int
    generation: int
    died: bool
    in_hand: tuple[int, ...]
    unfinished: tuple[int, ...]
    lane: str
    languages: str
    force_ocr: bool
    object_version: str | None
    page_count: int
