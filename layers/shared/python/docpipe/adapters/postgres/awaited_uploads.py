"""Uploads that are overdue: announced when the file is there after all, else expired."""

from __future__ import annotations

from uuid import UUID

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.lifecycle import note_erasure
from docpipe.adapters.postgres.outbox import ANNOUNCED, announce, post
from docpipe.domain import lanes
from docpipe.messages import UploadArrived

_OVERDUE = "status = 'awaiting_upload' AND attempts = 0"


class PostgresAwaitedUploads:
    """Rows of ``documents`` whose file is waited for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def overdue(self, *, grace_s: int, limit: int) -> list[UUID]:
        """Documents whose form ran out more than ``grace_s`` seconds ago and that no attempt has begun."""
        with self._database.transaction() as cursor:
            rows = cursor.execute(
                f"""SELECT id FROM documents
                     WHERE {_OVERDUE} AND upload_expires_at < now() - make_interval(secs => %s)
                     ORDER BY upload_expires_at LIMIT %s""",
                (grace_s, limit),
            ).fetchall()
        return [row["id"] for row in rows]

    def announce(self, document_id: UUID) -> None:
        """Announce a file that is there after all, and wait for it from now on.

        S3's own word of it waits in the queue or was lost; whichever is read second finds the work done.
        """
        with self._database.transaction() as cursor:
            row = cursor.execute(
                f"UPDATE documents SET upload_expires_at = now() WHERE id = %s AND {_OVERDUE} RETURNING generation",
                (document_id,),
            ).fetchone()
            if row is not None:
                message = UploadArrived(document_id=document_id, generation=row["generation"])
                post(cursor, lanes.INTAKE, document_id, message)

    def expire(self, document_id: UUID) -> bool:
        """Expire the document, and note that a file which still comes is looked for; False when one has begun."""
        with self._database.transaction() as cursor:
            row = cursor.execute(
                f"""UPDATE documents
                       SET status = 'expired', finished_at = now(), status_code = 'upload_expired',
                           status_reason = 'The file was never uploaded. Upload it again.'
                     WHERE id = %s AND {_OVERDUE}
                 RETURNING {ANNOUNCED}, tenant_id, upload_expires_at""",
                (document_id,),
            ).fetchone()
            if row is not None:
                announce(cursor, row)
                note_erasure(cursor, row["tenant_id"], document_id, last_form=row["upload_expires_at"])
            return row is not None
