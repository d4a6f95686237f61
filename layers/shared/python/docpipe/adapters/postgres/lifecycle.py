"""Cancelling, retrying and erasing documents.

Chunks are locked before their document, as everywhere, so that no two transactions wait for each other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.outbox import ANNOUNCED, announce
from docpipe.adapters.postgres.retries import retry_document
from docpipe.adapters.postgres.rows import Cursor, sure_row
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import DocumentNotFoundError, NotCancellableError
from docpipe.stores import Erased

_CANCELLED = "cancelled"
_LAST_WRITER_S = 1_200
"""Longer than a function runs (900 s): whoever held the document has ended by then."""


class PostgresLifecycle:
    """The tables, for changes that an owner asks for.

    They touch chunks and the outbox, which tenants may only read, so these transactions run without the
    tenant's role; every statement names the tenant.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def cancel(self, tenant_id: str, document_id: UUID, *, actor: str) -> None:
        """Cancel a document; workers on it stop at their next page."""
        with self._database.transaction() as cursor:
            document = _locked(cursor, tenant_id, document_id)
            if document["status"] == DocumentStatus.CANCELLED:
                return
            if DocumentStatus(document["status"]).is_final:
                raise NotCancellableError
            _take_away(cursor, document_id)
            cursor.execute(
                f"""UPDATE documents
                       SET status = 'cancelled', status_code = %s, status_reason = %s, finished_at = now(),
                           attempt_token = NULL, lease_until = NULL
                     WHERE id = %s RETURNING {ANNOUNCED}""",
                (_CANCELLED, "The document was cancelled. Pages that were read before are kept.", document_id),
            )
            row = sure_row(cursor)
            announce(cursor, row)
            audit(cursor, tenant_id, actor, "document.cancelled", document_id=document_id)

    def retry(self, tenant_id: str, document_id: UUID, *, actor: str) -> None:
        """Have the failed work done again, and no other."""
        with self._database.transaction() as cursor:
            retry_document(cursor, _locked(cursor, tenant_id, document_id))
            audit(cursor, tenant_id, actor, "document.retried", document_id=document_id)

    def stop(self, tenant_id: str, document_id: UUID) -> None:
        """Take the document from whoever works on it."""
        with self._database.transaction() as cursor:
            _locked(cursor, tenant_id, document_id)
            _take_away(cursor, document_id)
            cursor.execute(
                """UPDATE documents SET status = 'cancelled', finished_at = now(), attempt_token = NULL,
                          lease_until = NULL
                    WHERE id = %s AND status IN ('awaiting_upload', 'queued', 'processing', 'assembling')""",
                (document_id,),
            )

    def forget(self, tenant_id: str, document_id: UUID, *, actor: str, objects: int) -> Erased:
        """Delete the document's rows, keep an audit row, and note that its objects are looked for once more."""
        with self._database.transaction() as cursor:
            document = _locked(cursor, tenant_id, document_id)
            row = cursor.execute(
                "SELECT count(*)::int AS pages FROM pages WHERE document_id = %s", (document_id,)
            ).fetchone()
            erased = Erased(pages=row["pages"] if row else 0, objects=objects)
            note_erasure(cursor, tenant_id, document_id, last_form=document["upload_expires_at"])
            cursor.execute("DELETE FROM documents WHERE id = %s", (document_id,))
            counts = {"pages": erased.pages, "objects": objects}
            audit(cursor, tenant_id, actor, "document.deleted", document_id=document_id, **counts)
        return erased


class PostgresErasures:
    """The ``erasures`` table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, *, limit: int) -> list[UUID]:
        """Documents whose last possible writer has ended."""
        with self._database.transaction() as cursor:
            rows = cursor.execute(
                """SELECT document_id FROM erasures WHERE erased_at IS NULL AND due_at < now()
                    ORDER BY due_at LIMIT %s""",
                (limit,),
            ).fetchall()
        return [row["document_id"] for row in rows]

    def erased(self, document_id: UUID) -> None:
        """Nothing of the document is left."""
        with self._database.transaction() as cursor:
            cursor.execute("UPDATE erasures SET erased_at = now() WHERE document_id = %s", (document_id,))


def note_erasure(cursor: Cursor, tenant_id: str, document_id: UUID, *, last_form: datetime | None) -> None:
    """Have objects of a document looked for once no worker and no form can make another.

    Args:
        last_form: when the form ran out that was handed out last.
    """
    cursor.execute(
        """INSERT INTO erasures (document_id, tenant_id, due_at)
           VALUES (%s, %s, greatest(now(), %s) + make_interval(secs => %s))
           ON CONFLICT (document_id) DO UPDATE SET due_at = excluded.due_at, erased_at = NULL""",
        (document_id, tenant_id, last_form, _LAST_WRITER_S),
    )


def audit(
    cursor: Cursor,
    tenant_id: str,
    actor: str,
    action: str,
    *,
    document_id: UUID | None = None,
    **details: Any,
) -> None:
    """Keep what was done, by whom. Details hold numbers and codes only."""
    cursor.execute(
        "INSERT INTO audit (tenant_id, actor, action, document_id, details) VALUES (%s, %s, %s, %s, %s)",
        (tenant_id, actor, action, document_id, Jsonb(details)),
    )


def _locked(cursor: Cursor, tenant_id: str, document_id: UUID) -> dict[str, Any]:
    """The tenant's document, with its chunks and itself locked."""
    cursor.execute(
        """SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id
            WHERE d.id = %s AND d.tenant_id = %s ORDER BY c.id FOR UPDATE OF c""",
        (document_id, tenant_id),
    )
    row = cursor.execute(
        "SELECT * FROM documents WHERE id = %s AND tenant_id = %s FOR UPDATE", (document_id, tenant_id)
    ).fetchone()
    if row is None:
        raise DocumentNotFoundError
    return row


def _take_away(cursor: Cursor, document_id: UUID) -> None:
    """End the document's chunks: an attempt that holds one finds its token gone, and writes nothing more."""
    cursor.execute(
        """UPDATE chunks
              SET status = 'failed', error_code = %s, attempt_token = NULL, lease_until = NULL,
                  pages_in_hand = '{}', generation = generation + 1, finished_at = now(), updated_at = now()
            WHERE document_id = %s AND status IN ('queued', 'processing')""",
        (_CANCELLED, document_id),
    )
