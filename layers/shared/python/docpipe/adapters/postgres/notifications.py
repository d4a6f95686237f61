"""Who is told of what: each event, and each batch, once."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID, uuid4, uuid5

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.outbox import post
from docpipe.adapters.postgres.rows import Cursor
from docpipe.adapters.postgres.webhook_orders import order_event
from docpipe.answers.webhook_events import batch_body
from docpipe.domain import lanes
from docpipe.domain.document import DocumentStatus
from docpipe.domain.webhooks import WebhookEventType
from docpipe.messages import BatchNotice, DocumentEvent, DocumentNotice, MailDelivery

_CHANNEL = "email"
_LOOKED_BACK_DAYS = 2
"""Longer than a batch takes: an upload may come within an hour, and what is stuck is found within six."""

_DOCUMENT = """
SELECT d.id, d.tenant_id, d.batch_id, d.status_reason,
       CASE WHEN coalesce(t.email_opt_out, false) THEN NULL ELSE d.owner_email END AS recipient
  FROM documents d LEFT JOIN tenants t ON t.tenant_id = d.tenant_id
"""


class PostgresNotifications:
    """The ``notifications`` table: a row an event, or a batch, that was told of on a channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def order_for_end(self, event: DocumentEvent) -> int:
        """Order what follows from the end of a document, beside its own event; returns how many were ordered now."""
        with self._database.transaction() as cursor:
            document = cursor.execute(f"{_DOCUMENT} WHERE d.id = %s", (event.document_id,)).fetchone()
            if document is None:
                return 0
            if document["batch_id"] is None or _ended_after_its_batch(cursor, event, document["batch_id"]):
                return _order_for_document(cursor, event, document)
            return _order_for_batch(cursor, document["tenant_id"], document["batch_id"])

    def order_for_batches_left(self, *, ended_s: int) -> int:
        """Order what follows from the end of batches that have ended with no event to tell of it."""
        with self._database.transaction() as cursor:
            batches = cursor.execute(
                """SELECT tenant_id, batch_id FROM documents d
                    WHERE batch_id IS NOT NULL AND created_at > now() - make_interval(days => %s)
                      AND NOT EXISTS (SELECT FROM notifications n WHERE n.event_id = d.batch_id AND n.channel = %s)
                    GROUP BY tenant_id, batch_id
                   HAVING bool_and(finished_at < now() - make_interval(secs => %s))""",
                (_LOOKED_BACK_DAYS, _CHANNEL, ended_s),
            ).fetchall()
            return sum(_order_for_batch(cursor, batch["tenant_id"], batch["batch_id"]) for batch in batches)


def _ended_after_its_batch(cursor: Cursor, event: DocumentEvent, batch_id: UUID) -> bool:
    """Whether the document ended (again) after the whole batch was told of.

    The database's clock decides: that of the outbox's row, written with the end, and that of the claim.
    """
    row = cursor.execute(
        """SELECT 1 FROM notifications n JOIN events e ON e.created_at > n.claimed_at
            WHERE n.event_id = %s AND n.channel = %s AND e.id = %s""",
        (batch_id, _CHANNEL, event.event_id),
    ).fetchone()
    return row is not None


def _order_for_document(cursor: Cursor, event: DocumentEvent, document: dict[str, Any]) -> int:
    if event.status is DocumentStatus.CANCELLED or document["recipient"] is None:
        return 0
    if not _claim(cursor, event.event_id, event.document_id):
        return 0
    notice = DocumentNotice(
        document_id=event.document_id,
        status=event.status,
        page_count=event.page_count,
        pages_failed=event.pages_failed,
        reason=document["status_reason"],
    )
    _post(cursor, event.document_id, document["recipient"], notice)
    return 1


def _order_for_batch(cursor: Cursor, tenant_id: str, batch_id: UUID) -> int:
    """Order the e-mails of a batch, and its webhooks' event, when all of it has ended.

    Every event comes after its document's end was committed, so whoever handles the last one sees all
    ends; of several who see them at the same time, the claim's primary key lets one pass.
    """
    documents = cursor.execute(
        f"""SELECT d.*, e.status, e.page_count, e.pages_failed, e.finished_at
              FROM ({_DOCUMENT} WHERE d.tenant_id = %s AND d.batch_id = %s) d JOIN documents e USING (id)""",
        (tenant_id, batch_id),
    ).fetchall()
    if not all(DocumentStatus(document["status"]).is_final for document in documents):
        return 0
    if not documents or not _claim(cursor, batch_id, None):
        return 0
    event_id = uuid5(batch_id, WebhookEventType.BATCH_FINISHED)
    body = batch_body(event_id, batch_id, Counter(DocumentStatus(document["status"]) for document in documents))
    told = order_event(cursor, tenant_id, event_id, WebhookEventType.BATCH_FINISHED, body, document_id=None)
    recipients = sorted({document["recipient"] for document in documents if document["recipient"] is not None})
    return told + sum(
        _order_for_recipient(cursor, batch_id, [each for each in documents if each["recipient"] == recipient])
        for recipient in recipients
    )


def _order_for_recipient(cursor: Cursor, batch_id: UUID, documents: list[dict[str, Any]]) -> int:
    counts = Counter(DocumentStatus(document["status"]) for document in documents)
    if set(counts) == {DocumentStatus.CANCELLED}:
        return 0
    first = documents[0]
    notice: BatchNotice | DocumentNotice = BatchNotice(batch_id=batch_id, counts=dict(counts))
    if len(documents) == 1:
        notice = DocumentNotice(
            document_id=first["id"],
            status=first["status"],
            page_count=first["page_count"],
            pages_failed=first["pages_failed"],
            reason=first["status_reason"],
        )
    _post(cursor, first["id"], first["recipient"], notice)
    return 1


def _claim(cursor: Cursor, what: UUID, document_id: UUID | None) -> bool:
    """Whether nobody was told of it before. The time is that of the statement, after all that it sees."""
    cursor.execute(
        """INSERT INTO notifications (event_id, channel, document_id, claimed_at)
           VALUES (%s, %s, %s, clock_timestamp()) ON CONFLICT (event_id, channel) DO NOTHING""",
        (what, _CHANNEL, document_id),
    )
    return cursor.rowcount == 1


def _post(cursor: Cursor, document_id: UUID, recipient: str, notice: BatchNotice | DocumentNotice) -> None:
    mail = MailDelivery(mail_id=uuid4(), recipient=recipient, notice=notice)
    post(cursor, lanes.DELIVERIES, document_id, mail)
