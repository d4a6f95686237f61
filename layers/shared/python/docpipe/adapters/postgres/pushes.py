"""Documents as open pages are told of them, over all tenants; what is found goes to its own tenant only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.document_views import COLUMNS, views_of
from docpipe.adapters.postgres.following import FOLLOWED
from docpipe.stores import DocumentView, TenantNews


class PostgresPushes:
    """The ``documents`` table; ``queue_news`` notes when a tenant was last told of places in the queue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changed(self, documents: Collection[UUID]) -> list[TenantNews]:
        """Those of the documents that somebody follows, as they stand now."""
        if not documents:
            return []
        rows = self._database.rows(
            f"SELECT tenant_id, {COLUMNS} FROM documents WHERE id = ANY(%s) AND {FOLLOWED}", (list(documents),)
        )
        return self._by_tenant(rows)

    def waiting(self, *, every_s: int, tenants: int, documents: int) -> list[TenantNews]:
        """Documents that wait, of tenants that follow theirs and were not told of them lately."""
        # Whoever comes second at the same time finds the tenants told just now.
        told = self._database.rows(
            f"""INSERT INTO queue_news (tenant_id)
               SELECT documents.tenant_id FROM documents LEFT JOIN queue_news q USING (tenant_id)
                WHERE documents.status = 'queued' AND {FOLLOWED}
                  AND (q.told_at IS NULL OR q.told_at < now() - make_interval(secs => %(every)s))
                GROUP BY documents.tenant_id, q.told_at
                ORDER BY q.told_at NULLS FIRST, documents.tenant_id LIMIT %(tenants)s
               ON CONFLICT (tenant_id) DO UPDATE SET told_at = now()
                WHERE queue_news.told_at < now() - make_interval(secs => %(every)s)
            RETURNING tenant_id""",
            {"every": every_s, "tenants": tenants},
        )
        if not told:
            return []
        rows = self._database.rows(
            f"""SELECT tenant_id, {COLUMNS} FROM (
                    SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY priority DESC, queued_at) AS place
                      FROM documents WHERE status = 'queued' AND tenant_id = ANY(%s)) AS waiting
                 WHERE place <= %s""",
            ([row["tenant_id"] for row in told], documents),
        )
        return self._by_tenant(rows)

    def _by_tenant(self, rows: list[dict[str, Any]]) -> list[TenantNews]:
        tenants = [row.pop("tenant_id") for row in rows]
        found: defaultdict[str, list[DocumentView]] = defaultdict(list)
        for tenant_id, document in zip(tenants, views_of(self._database, rows, {}), strict=True):
            found[tenant_id].append(document)
        return [TenantNews(tenant_id, tuple(documents)) for tenant_id, documents in found.items()]
