"""Doing failed work again: which stage failed, and what of it is opened anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from docpipe.adapters.postgres.intake import insert_chunk
from docpipe.adapters.postgres.outbox import ANNOUNCED, announce, post
from docpipe.adapters.postgres.rows import Cursor, sure_row
from docpipe.domain import lanes
from docpipe.domain.chunking import ranges_of
from docpipe.domain.document import DocumentStatus, can_be_retried
from docpipe.domain.errors import AllPagesFailedError, NotRetryableError
from docpipe.domain.lanes import Lane
from docpipe.domain.tiers import Tier
from docpipe.messages import AssemblyReady, ChunkReady, UploadArrived

_UPLOAD_WINDOW_S = 3_600


def retry_document(cursor: Cursor, document: dict[str, Any]) -> None:
    """Open the failed work of a document anew. Its row and its chunks are locked by the caller.

    Every generation rises, so that dead-lettered messages of before are stale: the work is not done twice.

    Raises:
        NotRetryableError: there is none, or it would fail again for the same reason.
    """
    status, code = DocumentStatus(document["status"]), document["status_code"]
    if not can_be_retried(status, code):
        raise NotRetryableError
    if status is DocumentStatus.COMPLETED_WITH_FAILURES or code == AllPagesFailedError.code:
        _read_failed_pages_again(cursor, document)
    elif document["page_count"] is None:
        _reopen(cursor, document, DocumentStatus.AWAITING_UPLOAD)
        _message(cursor, document, lanes.INTAKE, UploadArrived)
    elif document["assembling_at"] is not None and not _open_chunks(cursor, document["id"]):
        _reopen(cursor, document, DocumentStatus.ASSEMBLING)
        _message(cursor, document, lanes.ASSEMBLE, AssemblyReady)
    else:
        _open_chunks_anew(cursor, document)


def _read_failed_pages_again(cursor: Cursor, document: dict[str, Any]) -> None:
    """Failed pages go to the largest tier: what they lacked was memory or time, more often than not."""
    rows = cursor.execute(
        "DELETE FROM pages WHERE document_id = %s AND source = 'failed' RETURNING page_number", (document["id"],)
    ).fetchall()
    if not rows:
        raise NotRetryableError
    cursor.execute("UPDATE documents SET pages_failed = pages_failed - %s WHERE id = %s", (len(rows), document["id"]))
    _reopen(cursor, document, DocumentStatus.PROCESSING)
    lane = Lane(Tier.LARGE, document["priority"]).queue
    for pages in ranges_of(row["page_number"] for row in rows):
        insert_chunk(cursor, document["id"], pages, lane)


def _open_chunks(cursor: Cursor, document_id: UUID) -> bool:
    """Whether the document has chunks that are neither done nor taken over by others."""
    row = cursor.execute(
        "SELECT EXISTS (SELECT FROM chunks WHERE document_id = %s AND status NOT IN ('done', 'split')) AS open",
        (document_id,),
    ).fetchone()
    return bool(row and row["open"])


def _open_chunks_anew(cursor: Cursor, document: dict[str, Any]) -> None:
    _reopen(cursor, document, DocumentStatus.PROCESSING)
    rows = cursor.execute(
        """UPDATE chunks
              SET status = 'queued', attempt = 0, generation = generation + 1, error_code = NULL,
                  error_reason = NULL, finished_at = NULL, updated_at = now()
            WHERE document_id = %s AND status = 'failed' RETURNING id, lane, generation""",
        (document["id"],),
    ).fetchall()
    for row in rows:
        message = ChunkReady(document_id=document["id"], chunk_id=row["id"], generation=row["generation"])
        post(cursor, row["lane"], document["id"], message)


def _reopen(cursor: Cursor, document: dict[str, Any], status: DocumentStatus) -> None:
    cursor.execute(
        f"""UPDATE documents
               SET status = %s, status_code = NULL, status_reason = NULL, finished_at = NULL, attempts = 0,
                   assembling_at = CASE %s WHEN 'processing' THEN NULL ELSE assembling_at END,
                   attempt_token = NULL, lease_until = NULL, generation = generation + 1,
                   upload_expires_at = greatest(upload_expires_at, now() + make_interval(secs => %s))
             WHERE id = %s RETURNING {ANNOUNCED}""",
        (status, status, _UPLOAD_WINDOW_S, document["id"]),
    )
    row = sure_row(cursor)
    if status is not DocumentStatus.AWAITING_UPLOAD:
        announce(cursor, row)


def _message(
    cursor: Cursor, document: dict[str, Any], queue: str, kind: type[UploadArrived] | type[AssemblyReady]
) -> None:
    """Announce the stage anew, by the generation that ``_reopen`` has raised."""
    post(cursor, queue, document["id"], kind(document_id=document["id"], generation=document["generation"] + 1))
