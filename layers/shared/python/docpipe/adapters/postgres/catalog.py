"""What tenants see of their documents: every query is scoped, and row-level security stands behind it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.settlement import Cursor
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import DocumentNotFoundError
from docpipe.stores import DocumentView, NewDocument, PageView

_VIEW = """id AS document_id, status, status_code AS code, status_reason AS message, content_type, byte_size,
           languages, priority, page_count, pages_done, pages_failed, tier, mean_confidence, cost_microusd,
           revision, created_at, uploaded_at, queued_at, started_at, assembling_at, finished_at"""
_PAGE = """page_number, source, reason, error_code, text, words, mean_confidence, dpi, rotation, width, height,
           duration_ms, image_key"""


class PostgresCatalog:
    """The ``documents`` and ``pages`` tables as one tenant sees them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, document: NewDocument) -> None:
        """Add a document."""
        with self._database.transaction(document.tenant_id) as cursor:
            cursor.execute(
                """INSERT INTO documents (id, tenant_id, owner_email, filename, content_type, byte_size,
                                          languages, priority, upload_expires_at)
                   VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
                (
                    document.document_id,
                    document.tenant_id,
                    document.owner_email,
                    document.filename,
                    document.content_type,
                    document.byte_size,
                    document.languages,
                    document.priority,
                    document.upload_expires_at,
                ),
            )

    def get(self, tenant_id: str, document_id: UUID) -> DocumentView:
        """One document."""
        with self._database.transaction(tenant_id) as cursor:
            row = _find(cursor, tenant_id, document_id)
        position = self._position(document_id) if row["status"] == DocumentStatus.QUEUED else None
        return DocumentView(**{**row, "status": DocumentStatus(row["status"])}, queue_position=position)

    def _position(self, document_id: UUID) -> int | None:
        """How many waiting documents of the same tier run before this one, and one: derived from rows.

        Counted over all tenants, so without row-level security; nothing but the number leaves here.
        """
        with self._database.transaction() as cursor:
            row = cursor.execute(
                """SELECT count(*) + 1 AS position
                     FROM documents mine JOIN documents other ON other.tier = mine.tier AND other.id <> mine.id
                    WHERE mine.id = %s AND mine.status = 'queued' AND other.status = 'queued'
                      AND (other.priority > mine.priority
                           OR other.priority = mine.priority
                              AND (other.queued_at, other.id) < (mine.queued_at, mine.id))""",
                (document_id,),
            ).fetchone()
            return int(row["position"]) if row else None

    def pages(self, tenant_id: str, document_id: UUID, *, after: int, limit: int) -> list[PageView]:
        """Finished pages with a number above ``after``, in order, ``limit`` at most."""
        with self._database.transaction(tenant_id) as cursor:
            _find(cursor, tenant_id, document_id)
            rows = cursor.execute(
                f"""SELECT {_PAGE} FROM pages WHERE document_id = %s AND page_number > %s
                     ORDER BY page_number LIMIT %s""",
                (document_id, after, limit),
            ).fetchall()
        return [PageView(**row) for row in rows]


def _find(cursor: Cursor, tenant_id: str, document_id: UUID) -> dict[str, Any]:
    row = cursor.execute(
        f"SELECT {_VIEW} FROM documents WHERE id = %s AND tenant_id = %s", (document_id, tenant_id)
    ).fetchone()
    if row is None:
        raise DocumentNotFoundError
    return row
