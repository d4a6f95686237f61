"""What tenants see of their documents: every query is scoped, and row-level security stands behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.cursors import encode, place_in_time
from docpipe.adapters.postgres.document_views import COLUMNS, failed_pages, find_document, views_of
from docpipe.adapters.postgres.rows import Cursor
from docpipe.domain.errors import BatchNotFoundError, IdempotencyConflictError
from docpipe.stores import DocumentFilter, DocumentPage, DocumentView, NewDocument, Receipt

_NEW = """tenant_id, owner_email, filename, content_type, byte_size, languages, priority, upload_expires_at, batch_id,
          pdfa, outputs"""


class PostgresCatalog:
    """The ``documents`` table as one tenant sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, tenant_id: str, documents: Sequence[NewDocument], receipt: Receipt | None = None
    ) -> dict[str, Any] | None:
        """Add documents, all or none; or give what was answered before under the receipt's key."""
        with self._database.transaction(tenant_id) as cursor:
            if receipt is not None and (answered := _answered_before(cursor, tenant_id, receipt)) is not None:
                return answered
            cursor.execute(
                f"""INSERT INTO documents (id, {_NEW}) SELECT document_id, {_NEW}
                      FROM jsonb_to_recordset(%s) AS new (
                           document_id uuid, tenant_id text, owner_email text, filename text, content_type text,
                           byte_size bigint, languages text, priority boolean, upload_expires_at timestamptz,
                           batch_id uuid, pdfa boolean, outputs text[])""",
                (Jsonb([asdict(document) for document in documents], dumps=partial(json.dumps, default=str)),),
            )
        return None

    def get(self, tenant_id: str, document_id: UUID) -> DocumentView:
        """One document."""
        with self._database.transaction(tenant_id) as cursor:
            row = find_document(cursor, tenant_id, document_id)
            failed = failed_pages(cursor, [row])
        return views_of(self._database, [row], failed)[0]

    def find(self, tenant_id: str, which: DocumentFilter, *, limit: int, cursor: str | None) -> DocumentPage:
        """Documents, the newest first, ``limit`` at most."""
        before = place_in_time(cursor) if cursor is not None else (None, None)
        with self._database.transaction(tenant_id) as transaction:
            rows = transaction.execute(
                f"""SELECT {COLUMNS} FROM documents
                     WHERE tenant_id = %(tenant)s
                       AND (%(statuses)s::text[] IS NULL OR status = ANY(%(statuses)s::text[]))
                       AND (%(batch)s::uuid IS NULL OR batch_id = %(batch)s)
                       AND (%(time)s::timestamptz IS NULL OR (created_at, id) < (%(time)s, %(id)s::uuid))
                     ORDER BY created_at DESC, id DESC LIMIT %(limit)s""",
                {
                    "tenant": tenant_id,
                    "statuses": list(which.statuses) or None,
                    "batch": which.batch_id,
                    "time": before[0],
                    "id": before[1],
                    "limit": limit + 1,
                },
            ).fetchall()
            more, rows = len(rows) > limit, rows[:limit]
            failed = failed_pages(transaction, rows)
        onward = encode(rows[-1]["created_at"].isoformat(), str(rows[-1]["document_id"])) if more else None
        return DocumentPage(views_of(self._database, rows, failed), onward)

    def batch(self, tenant_id: str, batch_id: UUID) -> tuple[DocumentView, ...]:
        """All documents of a batch, by name."""
        with self._database.transaction(tenant_id) as cursor:
            rows = cursor.execute(
                f"""SELECT {COLUMNS} FROM documents WHERE tenant_id = %s AND batch_id = %s
                     ORDER BY created_at, filename, id""",
                (tenant_id, batch_id),
            ).fetchall()
            failed = failed_pages(cursor, rows)
        if not rows:
            raise BatchNotFoundError
        return views_of(self._database, rows, failed)

    def default_languages(self, tenant_id: str) -> str | None:
        """The languages of a tenant's documents, where a request names none; None when the tenant has set none."""
        with self._database.transaction(tenant_id) as cursor:
            row = cursor.execute("SELECT default_languages FROM tenants WHERE tenant_id = %s", (tenant_id,)).fetchone()
        return row["default_languages"] if row else None


def _answered_before(cursor: Cursor, tenant_id: str, receipt: Receipt) -> dict[str, Any] | None:
    """What was answered under the receipt's key, or None after keeping the receipt.

    The same request at the same time waits here for the other's commit, and then finds its answer.
    """
    cursor.execute(
        """INSERT INTO idempotency_keys (tenant_id, key, request_hash, answer) VALUES (%s, %s, %s, %s)
           ON CONFLICT (tenant_id, key) DO NOTHING""",
        (tenant_id, receipt.key, receipt.request_hash, Jsonb(receipt.answer)),
    )
    if cursor.rowcount == 1:
        return None
    row = cursor.execute(
        "SELECT request_hash, answer FROM idempotency_keys WHERE tenant_id = %s AND key = %s",
        (tenant_id, receipt.key),
    ).fetchone()
    if row is None or row["request_hash"] != receipt.request_hash:
        raise IdempotencyConflictError
    return dict(row["answer"])
