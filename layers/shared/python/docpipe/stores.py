"""What the use cases keep in the database, as protocols: one store a stage of a document's life.

Every method is one short transaction. A claim carries a token; a method given a claim whose token
has been overtaken raises ``ClaimLostError`` and writes nothing, so a stale attempt can never
overwrite a newer one. Methods that change a state leave its messages in the outbox within the same
transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from docpipe.domain.chunking import PageRange
from docpipe.domain.cost import Usage
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import DocpipeError
from docpipe.domain.formats import FileFormat
from docpipe.domain.page import PageReading, PageText
from docpipe.domain.tiers import Tier
from docpipe.messages import Message


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a document has come."""

    status: DocumentStatus
    page_count: int
    pages_done: int
    pages_failed: int


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
class NewChunk:
    """A chunk that takes over pages of another. ``attempt`` counts those already spent on its pages."""

    pages: PageRange
    lane: str
    attempt: int = 0


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


class IntakeStore(Protocol):
    """Documents from upload to queue."""

    def claim(self, document_id: UUID, *, generation: int, lease_s: int) -> DocumentClaim | Refusal:
        """Claim the intake of a document; a failed one is reopened by a redriven message."""

    def admit(self, claim: DocumentClaim, admission: Admission, usage: Usage) -> None:
        """Queue the document: its chunks, and a message for each."""

    def extend(self, claim: DocumentClaim, *, lease_s: int) -> None:
        """Keep the claim for another ``lease_s`` seconds."""

    def release(self, claim: DocumentClaim, error_code: str, *, counted: bool, usage: Usage) -> None:
        """End the attempt; another may start at once. Not ``counted``: as if it had never begun."""

    def fail(
        self, claim: DocumentClaim, error: DocpipeError, usage: Usage, *, dead_letter: Message | None = None
    ) -> None:
        """The document failed, for the error's reason; ``dead_letter`` goes to the stage's dead-letter queue.

        The generation rises by one, so that every message of before is stale.
        """


class AssemblyStore(Protocol):
    """Documents from their last page to their result."""

    def claim(self, document_id: UUID, *, generation: int, lease_s: int) -> DocumentClaim | Refusal:
        """Claim the assembly of a document; a failed one is reopened by a redriven message."""

    def pages(self, document_id: UUID) -> Iterator[PageText]:
        """The pages in order, a few at a time."""

    def complete(self, claim: DocumentClaim, usage: Usage) -> None:
        """Finish the document: status, confidence, cost."""

    def extend(self, claim: DocumentClaim, *, lease_s: int) -> None:
        """Keep the claim for another ``lease_s`` seconds."""

    def release(self, claim: DocumentClaim, error_code: str, *, counted: bool, usage: Usage) -> None:
        """End the attempt; another may start at once. Not ``counted``: as if it had never begun."""

    def fail(
        self, claim: DocumentClaim, error: DocpipeError, usage: Usage, *, dead_letter: Message | None = None
    ) -> None:
        """The document failed, for the error's reason; ``dead_letter`` goes to the stage's dead-letter queue.

        The generation rises by one, so that every message of before is stale.
        """


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


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message with the queue it is for.

    Attributes:
        queue: name without the stage's prefix.
        body: JSON.
        group: opaque id by which standard queues keep tenants fair to each other.
    """

    queue: str
    body: str
    group: str | None = None


class Outbox(Protocol):
    """Messages that were committed and not yet sent."""

    def publish(self, send: OutboxSend, *, older_than_s: int = 0) -> int:
        """Send what is pending, oldest first, and mark it sent; returns how many.

        Messages that another process is just sending are left to it. A message may be sent twice
        when the process ends between sending and marking; every consumer allows for that.
        """

    def purge(self, *, older_than_days: int) -> int:
        """Delete messages sent long ago; returns how many."""


class OutboxSend(Protocol):
    """Sends messages to their queues."""

    def __call__(self, envelopes: Sequence[Envelope], /) -> None:
        """Send all of them.

        Raises:
            QueueError: some were not taken.
        """


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to tell about a document, and what they may be told."""

    email: str
    document_id: UUID
    status: DocumentStatus
    message: str | None
    page_count: int | None
    pages_failed: int


class NotificationStore(Protocol):
    """Who was told what."""

    def claim(self, event_id: UUID, channel: str, document_id: UUID) -> Recipient | None:
        """Take the sending of one notification on, or None when it was sent, is being sent, or nobody is to be told."""

    def sent(self, event_id: UUID, channel: str) -> None:
        """Note that it was sent."""

    def unclaim(self, event_id: UUID, channel: str) -> None:
        """Sending failed; another delivery of the event may try."""


class UpkeepStore(Protocol):
    """Finds what is stuck."""

    def bury_chunk(self, chunk_id: UUID, error: DocpipeError) -> bool:
        """Fail a chunk whose message is dead-lettered and that no attempt holds; False when nothing changed."""

    def bury_document(self, document_id: UUID, error: DocpipeError) -> bool:
        """Fail a document whose intake or assembly message is dead-lettered; False when nothing changed."""

    def expire_uploads(self, *, grace_s: int) -> int:
        """Expire documents whose upload never came; returns how many."""

    def revive(self, *, silent_s: int) -> int:
        """Announce again work that was begun, and that nobody has held for ``silent_s`` seconds; returns how many."""

    def stuck(self, *, older_than_s: int) -> int:
        """How many documents have been unfinished, and untouched, for ``older_than_s`` seconds."""
