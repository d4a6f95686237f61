"""Documents worked on as a whole: from upload to queue, and from the last page to the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from docpipe.domain.chunking import PageRange
from docpipe.domain.cost import Usage
from docpipe.domain.errors import DocpipeError
from docpipe.domain.formats import FileFormat
from docpipe.domain.page import Archived, PageText
from docpipe.domain.tiers import Tier
from docpipe.messages import Message
from docpipe.stores.claims import DocumentClaim, Refusal


@dataclass(frozen=True, slots=True)
class Admission:
    """What intake found out about a document."""

    file_format: FileFormat
    byte_size: int
    sha256: str
    object_version: str | None
    page_count: int
    tier: Tier
    lane: str
    chunks: tuple[PageRange, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What assembly found out about a document.

    Attributes:
        archived: what became of the wish for PDF/A; None where there was none.
        suggested_languages: that the text seems to be in, other than those it was read in.
    """

    archived: Archived | None = None
    suggested_languages: str | None = None


NOTHING_FOUND = Findings()


class StageStore(Protocol):
    """A stage in which a document is worked on as a whole: intake, assembly."""

    def claim(self, document_id: UUID, *, generation: int, lease_s: int) -> DocumentClaim | Refusal:
        """Claim the stage of a document; one that failed in it is reopened by a redriven message."""

    def extend(self, claim: DocumentClaim, *, lease_s: int) -> None:
        """Keep the claim for another ``lease_s`` seconds."""

    def release(self, claim: DocumentClaim, error_code: str, *, counted: bool, usage: Usage) -> None:
        """End the attempt; another may start at once. Not ``counted``: as if it had never begun."""

    def fail(
        self,
        claim: DocumentClaim,
        error: DocpipeError,
        usage: Usage,
        *,
        dead_letter: Message | None = None,
    ) -> None:
        """The document failed, for the error's reason; ``dead_letter`` goes to the stage's dead-letter queue.

        The generation rises by one, so that every message of before is stale.
        """


class IntakeStore(StageStore, Protocol):
    """Documents from upload to queue."""

    def admit(self, claim: DocumentClaim, admission: Admission, usage: Usage) -> None:
        """Queue the document: its chunks, and a message for each."""


class AssemblyStore(StageStore, Protocol):
    """Documents from their last page to their result."""

    def pages(self, document_id: UUID) -> Iterator[PageText]:
        """The pages in order, a few at a time."""

    def first_fault(self, document_id: UUID) -> str:
        """Why the first page that failed did so, in a sentence; a document without one gives nothing."""

    def complete(self, claim: DocumentClaim, usage: Usage, findings: Findings = NOTHING_FOUND) -> None:
        """Finish the document: status, confidence, cost, and what was found out on the way."""
