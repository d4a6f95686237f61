"""Claiming a chunk: who may work on it, and what the attempt before left behind."""

from __future__ import annotations

from uuid import UUID, uuid4

from psycopg.rows import DictRow

from docpipe.adapters.postgres.outbox import ANNOUNCED, announce
from docpipe.adapters.postgres.rows import Cursor, sure_row
from docpipe.stores import ChunkClaim, Refusal, Refused

_CLOSED = frozenset({"cancelled", "expired", "completed", "completed_with_failures"})


def claim_chunk(cursor: Cursor, chunk_id: UUID, *, generation: int, lease_s: int) -> ChunkClaim | Refusal:
    """Claim a chunk within the caller's transaction."""
    chunk = cursor.execute(
        """SELECT *, lease_until > now() AS held,
                  greatest(0, ceil(extract(epoch FROM lease_until - now())))::int AS wait_s
             FROM chunks WHERE id = %s FOR UPDATE""",
        (chunk_id,),
    ).fetchone()
    if chunk is None:
        return Refusal(Refused.GONE)
    document = cursor.execute("SELECT * FROM documents WHERE id = %s FOR UPDATE", (chunk["document_id"],)).fetchone()
    if document is None:
        return Refusal(Refused.GONE)
    refusal = _refusal(chunk, document, generation)
    if refusal is not None:
        return refusal
    claim = _claim(cursor, chunk, document)
    _take(cursor, claim, lease_s)
    _start_document(cursor, document, reopen=chunk["status"] == "failed")
    return claim


def _refusal(chunk: DictRow, document: DictRow, generation: int) -> Refusal | None:
    if document["status"] in _CLOSED:
        return Refusal(Refused.GONE)
    if chunk["status"] in ("done", "split"):
        return Refusal(Refused.DONE)
    if generation < chunk["generation"]:
        return Refusal(Refused.STALE)
    if chunk["status"] == "processing" and chunk["held"]:
        return Refusal(Refused.BUSY, chunk["wait_s"])
    return None


def _claim(cursor: Cursor, chunk: DictRow, document: DictRow) -> ChunkClaim:
    unfinished = cursor.execute(
        """SELECT array_agg(number ORDER BY number) AS numbers
             FROM generate_series(%s::int, %s::int) AS number
            WHERE NOT EXISTS (SELECT FROM pages WHERE document_id = %s AND page_number = number)""",
        (chunk["first_page"], chunk["last_page"], chunk["document_id"]),
    ).fetchone()
    reopened = chunk["status"] == "failed"
    return ChunkClaim(
        chunk_id=chunk["id"],
        document_id=chunk["document_id"],
        token=uuid4(),
        attempt=1 if reopened else chunk["attempt"] + 1,
        generation=chunk["generation"],
        died=chunk["status"] == "processing",
        in_hand=tuple(chunk["pages_in_hand"]),
        unfinished=tuple((unfinished or {}).get("numbers") or ()),
        lane=chunk["lane"],
        languages=document["languages"],
        force_ocr=document["force_ocr"],
        object_version=document["object_version"],
        page_count=document["page_count"],
    )


def _take(cursor: Cursor, claim: ChunkClaim, lease_s: int) -> None:
    cursor.execute(
        """UPDATE chunks
              SET status = 'processing', attempt = %s, attempt_token = %s,
                  lease_until = now() + make_interval(secs => %s), pages_in_hand = '{}',
                  error_code = NULL, error_reason = NULL, finished_at = NULL,
                  started_at = coalesce(started_at, now()), updated_at = now()
            WHERE id = %s""",
        (claim.attempt, claim.token, lease_s, claim.chunk_id),
    )


def _start_document(cursor: Cursor, document: DictRow, *, reopen: bool) -> None:
    """The first chunk to be claimed starts its document; a redriven one reopens it."""
    if document["status"] == "queued" or (reopen and document["status"] == "failed"):
        cursor.execute(
            f"""UPDATE documents
                   SET status = 'processing', started_at = coalesce(started_at, now()),
                       status_code = NULL, status_reason = NULL, finished_at = NULL
                 WHERE id = %s RETURNING {ANNOUNCED}""",
            (document["id"],),
        )
        row = sure_row(cursor)
        announce(cursor, row)
