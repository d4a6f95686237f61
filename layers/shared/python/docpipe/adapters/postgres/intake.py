"""Documents from upload to queue."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID, uuid4

from psycopg.rows import DictRow

from docpipe.adapters.postgres.outbox import ANNOUNCED, announce, post
from docpipe.adapters.postgres.rows import Cursor
from docpipe.adapters.postgres.stages import StageStore
from docpipe.adapters.postgres.waiting import promise
from docpipe.domain import lanes
from docpipe.domain.chunking import PageRange
from docpipe.domain.cost import Usage
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import ClaimLostError
from docpipe.messages import ChunkReady
from docpipe.stores import Admission, DocumentClaim


class PostgresIntake(StageStore):
    """The intake stage in the ``documents`` table."""

    stage: ClassVar[DocumentStatus] = DocumentStatus.AWAITING_UPLOAD
    queue: ClassVar[str] = lanes.INTAKE

    def _failed_here(self, row: DictRow) -> bool:
        return row["page_count"] is None

    def admit(self, claim: DocumentClaim, admission: Admission, usage: Usage) -> None:
        """Queue the document: its chunks, and a message for each."""
        with self._database.transaction() as cursor:
            row = cursor.execute(
                f"""UPDATE documents
                       SET status = 'queued', content_type = %s, byte_size = %s, sha256 = %s,
                           object_version = %s, page_count = %s, tier = %s, queued_at = now(),
                           attempts = 0, attempt_token = NULL, lease_until = NULL,
                           usage_mb_ms = usage_mb_ms + %s, usage_invocations = usage_invocations + 1
                     WHERE id = %s AND status = %s AND attempt_token = %s
                 RETURNING {ANNOUNCED}""",
                (
                    admission.file_format,
                    admission.byte_size,
                    admission.sha256,
                    admission.object_version,
                    admission.page_count,
                    admission.tier,
                    usage.mb_ms,
                    claim.document_id,
                    self.stage,
                    claim.token,
                ),
            ).fetchone()
            if row is None:
                raise ClaimLostError
            announce(cursor, row)
            for pages in admission.chunks:
                insert_chunk(cursor, claim.document_id, pages, admission.lane)
            promise(cursor, claim.document_id, admission.page_count)


def insert_chunk(
    cursor: Cursor,
    document_id: UUID,
    pages: PageRange,
    lane: str,
    *,
    attempt: int = 0,
    split_from: UUID | None = None,
) -> None:
    """Add a waiting chunk and the message that announces it, within the caller's transaction."""
    chunk_id = uuid4()
    cursor.execute(
        """INSERT INTO chunks (id, document_id, split_from, first_page, last_page, lane, attempt)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (chunk_id, document_id, split_from, pages.first, pages.last, lane, attempt),
    )
    post(cursor, lane, document_id, ChunkReady(document_id=document_id, chunk_id=chunk_id))
