"""What is stuck."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from docpipe.domain.errors import DocpipeError


class UpkeepStore(Protocol):
    """Finds what is stuck."""

    def bury_chunk(self, chunk_id: UUID, error: DocpipeError) -> bool:
        """Fail a chunk whose message is dead-lettered and that no attempt holds; False when nothing changed."""

    def bury_document(self, document_id: UUID, error: DocpipeError) -> bool:
        """Fail a document whose intake or assembly message is dead-lettered; False when nothing changed."""

    def revive(self, *, silent_s: int, lost_s: int) -> int:
        """Announce again work that nobody holds; returns how much.

        Args:
            silent_s: for how long where it was begun, seconds.
            lost_s: for how long where it never was: as long as its message cannot still be waiting.
        """

    def announce_unbegun(self, *, after_s: int, until_s: int) -> int:
        """Announce again assembly that waits for ``after_s`` seconds, up to ``until_s``, and that nobody has begun.

        Only when nothing that came earlier is being assembled; returns how many.
        """

    def announce_unclaimed(self, *, after_s: int, until_s: int) -> int:
        """Announce again chunks that wait for ``after_s`` seconds, up to ``until_s``, and that nobody has ever claimed.

        Only where their lane stands idle, or where a chunk was passed over: another of the tenant that came so much
        later is being read. The time between two announcements doubles; returns how many.
        """

    def promote(self, *, waiting_s: int) -> int:
        """Move chunks that have waited longer than ``waiting_s`` to the priority lane of their tier.

        As many as ``domain.ageing`` allows, the longest waiting first; returns how many.
        """

    def forget_keys(self, *, older_than_s: int) -> int:
        """Delete idempotency keys; returns how many."""

    def stuck(self, *, older_than_s: int) -> int:
        """How many documents have been unfinished, and untouched, for ``older_than_s`` seconds."""


class AwaitedUploadStore(Protocol):
    """Documents whose file is waited for."""

    def overdue(self, *, grace_s: int, limit: int) -> list[UUID]:
        """Documents whose form ran out more than ``grace_s`` seconds ago and that no attempt has begun."""

    def announce(self, document_id: UUID) -> None:
        """Announce a file that is there after all, and wait for it from now on."""

    def expire(self, document_id: UUID) -> bool:
        """Expire the document, and note that a file which still comes is looked for; False when one has begun."""
