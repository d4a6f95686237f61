"""The outbox: messages are committed with the change they tell of, and sent afterwards."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.rows import Cursor
from docpipe.domain import lanes
from docpipe.domain.document import DocumentStatus
from docpipe.messages import DocumentEvent, Message, event_of
from docpipe.stores import Envelope, OutboxSend

_BATCH = 50

_PRIVATE = ["recipient", "secrets", "url"]
"""Members of a message that the outbox forgets once it is sent."""


def post(
    cursor: Cursor, queue: str, document_id: UUID | None, message: Message, *, event_id: UUID | None = None
) -> None:
    """Leave a message in the outbox, within the caller's transaction; it goes when its document does."""
    cursor.execute(
        "INSERT INTO events (id, document_id, queue, body) VALUES (%s, %s, %s, %s)",
        (event_id or uuid4(), document_id, queue, Jsonb(message.model_dump(mode="json"))),
    )


def announce(cursor: Cursor, document: DictRow) -> None:
    """Tell that a document has reached its status, from a row with at least the columns in ``ANNOUNCED``."""
    status, event_id = DocumentStatus(document["status"]), uuid4()
    event = DocumentEvent(
        event_id=event_id,
        event=event_of(status),
        document_id=document["id"],
        status=status,
        page_count=document["page_count"],
        pages_done=document["pages_done"],
        pages_failed=document["pages_failed"],
        code=document["status_code"],
        occurred_at=datetime.now(UTC),
    )
    post(cursor, lanes.EVENTS, document["id"], event, event_id=event_id)


ANNOUNCED = "id, status, page_count, pages_done, pages_failed, status_code"
"""Columns that ``announce`` needs, for RETURNING clauses."""


def _group(tenant_id: str | None) -> str | None:
    """An opaque message group for a tenant: its id may be anything, an e-mail address even."""
    return tenant_id and hashlib.sha256(tenant_id.encode()).hexdigest()[:32]


class PostgresOutbox:
    """The outbox in the ``events`` table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, send: OutboxSend, *, older_than_s: int = 0) -> int:
        """Send what is pending, oldest first, and mark it sent; returns how many."""
        total = sent = self._publish_some(send, older_than_s)
        while sent == _BATCH:
            sent = self._publish_some(send, older_than_s)
            total += sent
        return total

    def _publish_some(self, send: OutboxSend, older_than_s: int) -> int:
        with self._database.transaction() as cursor:
            rows: list[dict[str, Any]] = cursor.execute(
                """SELECT e.id, e.queue, e.body, d.tenant_id
                     FROM events e LEFT JOIN documents d ON d.id = e.document_id
                    WHERE e.published_at IS NULL AND e.created_at <= now() - make_interval(secs => %s)
                    ORDER BY e.position LIMIT %s
                      FOR UPDATE OF e SKIP LOCKED""",
                (older_than_s, _BATCH),
            ).fetchall()
            if not rows:
                return 0
            send([Envelope(row["queue"], json.dumps(row["body"]), _group(row["tenant_id"])) for row in rows])
            cursor.execute(
                "UPDATE events SET published_at = now(), body = body - %s::text[] WHERE id = ANY(%s)",
                (_PRIVATE, [row["id"] for row in rows]),
            )
            return len(rows)

    def purge(self, *, older_than_days: int) -> int:
        """Delete messages sent long ago; returns how many."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "DELETE FROM events WHERE published_at < now() - make_interval(days => %s)", (older_than_days,)
            )
            return cursor.rowcount
