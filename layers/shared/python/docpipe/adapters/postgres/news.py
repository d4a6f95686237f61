"""What a page has missed, from the ``documents`` table: scoped, and with row-level security behind it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.document_views import COLUMNS, failed_pages, views_of
from docpipe.domain.document import DocumentStatus
from docpipe.stores import News

_UNFINISHED = [status.value for status in DocumentStatus if not status.is_final]


class PostgresNews:
    """The ``documents`` table as one tenant sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def news(self, tenant_id: str, known: Mapping[UUID, int], *, limit: int) -> News:
        """Documents in another revision than the page knows, and those that are gone."""
        values = {
            "tenant": tenant_id,
            "unfinished": _UNFINISHED,
            "known": list(known),
            "revisions": list(known.values()),
            "limit": limit + 1,
        }
        with self._database.transaction(tenant_id) as cursor:
            rows = cursor.execute(
                f"""SELECT {COLUMNS} FROM documents
                     WHERE tenant_id = %(tenant)s
                       AND (status = ANY(%(unfinished)s) OR id = ANY(%(known)s::uuid[]))
                       AND (id, revision) NOT IN (SELECT * FROM unnest(%(known)s::uuid[], %(revisions)s::bigint[]))
                     ORDER BY created_at DESC, id DESC LIMIT %(limit)s""",
                values,
            ).fetchall()
            complete, rows = len(rows) <= limit, rows[:limit]
            failed = failed_pages(cursor, rows)
            gone = cursor.execute(
                """SELECT k.id FROM unnest(%(known)s::uuid[]) AS k(id)
                    WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = k.id AND d.tenant_id = %(tenant)s)""",
                values,
            ).fetchall()
        return News(
            documents=views_of(self._database, rows, failed),
            gone=tuple(row["id"] for row in gone),
            complete=complete,
        )
