"""Chunks and their pages: claiming, committing page by page, splitting, finishing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from docpipe.adapters.postgres.chunk_claims import claim_chunk
from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.following import FOLLOWED
from docpipe.adapters.postgres.intake import insert_chunk
from docpipe.adapters.postgres.outbox import ANNOUNCED, announce, post
from docpipe.adapters.postgres.page_rows import insert_page
from docpipe.adapters.postgres.rows import Cursor, sure_row
from docpipe.adapters.postgres.settlement import add_usage, end_attempt, settle
from docpipe.domain.cost import Usage
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import ClaimLostError, DocpipeError
from docpipe.domain.lanes import dead_letter_queue
from docpipe.domain.page import PageReading
from docpipe.messages import Message
from docpipe.stores import ChunkClaim, NewChunk, Progress, Refusal

_PROGRESS: Final = f"status, page_count, pages_done, pages_failed, {FOLLOWED} AS followed"


class PostgresChunks:
    """The ``chunks`` and ``pages`` tables.

    Every transaction locks a chunk before its document, so that two of them never wait for each other.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, chunk_id: UUID, *, generation: int, lease_s: int) -> ChunkClaim | Refusal:
        """Claim a chunk; a failed one, and its document, are reopened by a redriven message."""
        with self._database.transaction() as cursor:
            return claim_chunk(cursor, chunk_id, generation=generation, lease_s=lease_s)

    def begin_page(self, claim: ChunkClaim, in_hand: Sequence[int], *, lease_s: int) -> None:
        """Note which pages are in hand, so that a silent death names its suspects; keeps the claim."""
        with self._database.transaction() as cursor:
            _touch(
                cursor,
                claim,
                "lease_until = now() + make_interval(secs => %s), pages_in_hand = %s",
                (lease_s, list(in_hand)),
            )

    def extend(self, claim: ChunkClaim, *, lease_s: int) -> None:
        """Keep the claim for another ``lease_s`` seconds."""
        with self._database.transaction() as cursor:
            _touch(cursor, claim, "lease_until = now() + make_interval(secs => %s)", (lease_s,))

    def save_page(self, claim: ChunkClaim, reading: PageReading, image_key: str | None) -> Progress:
        """Commit a finished page. A page that is there already stays as it is."""
        with self._database.transaction() as cursor:
            _touch(cursor, claim, "pages_in_hand = array_remove(pages_in_hand, %s)", (reading.page_number,))
            inserted = insert_page(cursor, claim.document_id, reading, image_key)
            failed = inserted and reading.error_code is not None
            cursor.execute(
                f"""UPDATE documents
                      SET pages_done = pages_done + %s, pages_failed = pages_failed + %s,
                          usage_puts = usage_puts + %s
                    WHERE id = %s RETURNING {_PROGRESS}""",
                (int(inserted and not failed), int(failed), int(inserted and image_key is not None), claim.document_id),
            )
            return _progress(sure_row(cursor))

    def finish(self, claim: ChunkClaim, usage: Usage) -> Progress:
        """The chunk is done. After the document's last chunk, assembly is announced."""
        with self._database.transaction() as cursor:
            end_attempt(cursor, claim, "done")
            add_usage(cursor, claim.document_id, usage)
            settle(cursor, claim.document_id)
            cursor.execute(f"SELECT {_PROGRESS} FROM documents WHERE id = %s", (claim.document_id,))
            return _progress(sure_row(cursor))

    def replace(self, claim: ChunkClaim, chunks: Sequence[NewChunk], usage: Usage) -> None:
        """Other chunks take over the unfinished pages."""
        with self._database.transaction() as cursor:
            end_attempt(cursor, claim, "split")
            for chunk in chunks:
                insert_chunk(
                    cursor, claim.document_id, chunk.pages, chunk.lane, attempt=chunk.attempt, split_from=claim.chunk_id
                )
            add_usage(cursor, claim.document_id, usage)

    def release(self, claim: ChunkClaim, error_code: str, *, counted: bool, usage: Usage) -> None:
        """End the attempt; another may start at once. Not ``counted``: as if it had never begun."""
        with self._database.transaction() as cursor:
            _touch(
                cursor,
                claim,
                "status = 'queued', attempt = attempt - %s, attempt_token = NULL, lease_until = NULL, "
                "pages_in_hand = '{}', error_code = %s",
                (0 if counted else 1, error_code),
            )
            add_usage(cursor, claim.document_id, usage)

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
        with self._database.transaction() as cursor:
            end_attempt(cursor, claim, "failed", error)
            add_usage(cursor, claim.document_id, usage)
            row = cursor.execute(
                f"""UPDATE documents
                       SET status = 'failed', status_code = %s, status_reason = %s, finished_at = now()
                     WHERE id = %s AND status IN ('queued', 'processing')
                 RETURNING {ANNOUNCED}""",
                (error.code, error.message, claim.document_id),
            ).fetchone()
            if row is not None:
                announce(cursor, row)
            if dead_letter is not None:
                post(cursor, dead_letter_queue(claim.lane), claim.document_id, dead_letter)


def _touch(cursor: Cursor, claim: ChunkClaim, assignments: str, values: tuple[object, ...]) -> None:
    """Change a chunk that the claim still holds."""
    cursor.execute(
        f"""UPDATE chunks SET {assignments}, updated_at = now()
             WHERE id = %s AND status = 'processing' AND attempt_token = %s""",
        (*values, claim.chunk_id, claim.token),
    )
    if cursor.rowcount != 1:
        raise ClaimLostError


def _progress(row: dict[str, object]) -> Progress:
    return Progress(
        status=DocumentStatus(str(row["status"])),
        page_count=int(str(row["page_count"])),
        pages_done=int(str(row["pages_done"])),
        pages_failed=int(str(row["pages_failed"])),
        followed=bool(row["followed"]),
    )
