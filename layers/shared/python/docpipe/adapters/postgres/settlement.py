"""Ending an attempt on a chunk, and what the end of a chunk means for its document."""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import DictRow

from docpipe.adapters.postgres.outbox import ANNOUNCED, announce, post
from docpipe.adapters.postgres.rows import Cursor, sure_row
from docpipe.domain import lanes
from docpipe.domain.cost import Usage
from docpipe.domain.errors import ClaimLostError, DocpipeError
from docpipe.messages import AssemblyReady
from docpipe.stores import ChunkClaim


def end_attempt(cursor: Cursor, claim: ChunkClaim, status: str, error: DocpipeError | None = None) -> None:
    """Take a claimed chunk to a final status; an error raises its generation, so that older messages are stale.

    Raises:
        ClaimLostError: another attempt holds the chunk.
    """
    cursor.execute(
        """UPDATE chunks
              SET status = %s, attempt_token = NULL, lease_until = NULL, pages_in_hand = '{}',
                  error_code = %s, error_reason = %s, generation = generation + %s,
                  finished_at = now(), updated_at = now()
            WHERE id = %s AND status = 'processing' AND attempt_token = %s""",
        (
            status,
            error.code if error else None,
            error.message if error else None,
            1 if error else 0,
            claim.chunk_id,
            claim.token,
        ),
    )
    if cursor.rowcount != 1:
        raise ClaimLostError


def add_usage(cursor: Cursor, document_id: UUID, usage: Usage) -> None:
    """Add one invocation's usage to its document."""
    cursor.execute(
        """UPDATE documents SET usage_mb_ms = usage_mb_ms + %s, usage_invocations = usage_invocations + 1
            WHERE id = %s""",
        (usage.mb_ms, document_id),
    )


def settle(cursor: Cursor, document_id: UUID) -> None:
    """Move a document on when none of its chunks is waiting or being worked on.

    All done: to assembly. One failed (and not redriven yet): the document has failed again.
    The document's row is locked first, so that of two chunks that end together exactly one
    sees the other.
    """
    cursor.execute("SELECT status FROM documents WHERE id = %s FOR UPDATE", (document_id,))
    if sure_row(cursor)["status"] != "processing":
        return
    failed = cursor.execute(
        """SELECT status, error_code, error_reason FROM chunks
            WHERE document_id = %s AND status IN ('queued', 'processing', 'failed')
            ORDER BY status = 'failed' LIMIT 1""",
        (document_id,),
    ).fetchone()
    if failed is None:
        _begin_assembly(cursor, document_id)
    elif failed["status"] == "failed":
        _fail_again(cursor, document_id, failed)


def _begin_assembly(cursor: Cursor, document_id: UUID) -> None:
    cursor.execute(
        f"""UPDATE documents SET status = 'assembling', assembling_at = now(), attempts = 0
             WHERE id = %s RETURNING {ANNOUNCED}, generation""",
        (document_id,),
    )
    row = sure_row(cursor)
    announce(cursor, row)
    post(
        cursor,
        lanes.ASSEMBLE,
        document_id,
        AssemblyReady(document_id=document_id, generation=row["generation"]),
    )


def _fail_again(cursor: Cursor, document_id: UUID, chunk: DictRow) -> None:
    cursor.execute(
        f"""UPDATE documents SET status = 'failed', status_code = %s, status_reason = %s, finished_at = now()
             WHERE id = %s RETURNING {ANNOUNCED}""",
        (chunk["error_code"], chunk["error_reason"], document_id),
    )
    announce(cursor, sure_row(cursor))
