"""Deliveries to webhooks: ordered by events, tried until they arrive or are given up."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.outbox import post
from docpipe.adapters.postgres.rows import Cursor
from docpipe.adapters.postgres.webhook_orders import LISTENS, end_deliveries, order_attempts, order_event
from docpipe.answers.webhook_events import PING, webhook_body
from docpipe.domain import lanes
from docpipe.domain.webhooks import DISABLE_AFTER, RETRY_AFTER_S, Disabled, Verdict, WebhookEventType, judge, wait_s
from docpipe.messages import DocumentEvent, EventKind, MailDelivery, WebhookNotice, WebhookReport

_ATTEMPTS = len(RETRY_AFTER_S) + 1
_OPEN = "delivered_at IS NULL AND given_up_at IS NULL"


class PostgresWebhookDeliveries:
    """The ``webhook_deliveries`` table. A webhook's row is locked before those of its deliveries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def order(self, event: DocumentEvent) -> int:
        """Order the deliveries of an event; returns how many were ordered now."""
        if event.event is EventKind.PROGRESS:
            return 0
        kind = WebhookEventType(event.event)
        documents = self._database.rows(
            f"""SELECT tenant_id, batch_id FROM documents
                 WHERE id = %(document)s
                   AND EXISTS (SELECT FROM webhooks w WHERE w.tenant_id = documents.tenant_id AND {LISTENS})""",
            {"document": event.document_id, "event": kind},
        )
        if not documents:
            return 0
        tenant_id, body = documents[0]["tenant_id"], webhook_body(event, documents[0]["batch_id"])
        with self._database.transaction() as cursor:
            return order_event(cursor, tenant_id, event.event_id, kind, body, document_id=event.document_id)

    def note(self, report: WebhookReport, *, chance: float) -> None:
        """Note what came of an attempt, and what follows; a report that comes again changes nothing."""
        with self._database.transaction() as cursor:
            cursor.execute("SELECT 1 FROM webhooks WHERE id = %s FOR NO KEY UPDATE", (report.webhook_id,))
            delivery = cursor.execute(
                f"""UPDATE webhook_deliveries SET attempts = %(attempt)s, answered = %(answered)s, error = %(error)s
                     WHERE event_id = %(event)s AND webhook_id = %(webhook)s AND attempts = %(attempt)s - 1 AND {_OPEN}
                 RETURNING event""",
                {
                    "attempt": report.attempt,
                    "answered": report.answered,
                    "error": report.error,
                    "event": report.event_id,
                    "webhook": report.webhook_id,
                },
            ).fetchone()
            if delivery is not None:
                _follow(cursor, report, is_ping=delivery["event"] == PING, chance=chance)

    def order_due(self, *, lost_s: int, limit: int) -> int:
        """Order the attempts that are due, and again those not heard of for ``lost_s`` seconds."""
        with self._database.transaction() as cursor:
            rows = cursor.execute(
                f"""SELECT event_id, webhook_id FROM webhook_deliveries
                     WHERE {_OPEN} AND (next_attempt_at <= now() OR
                           next_attempt_at IS NULL AND claimed_at < now() - make_interval(secs => %s))
                     ORDER BY coalesce(next_attempt_at, claimed_at) LIMIT %s FOR UPDATE SKIP LOCKED""",
                (lost_s, limit),
            ).fetchall()
            return order_attempts(cursor, [(row["event_id"], row["webhook_id"]) for row in rows])

    def forget(self, *, older_than_days: int) -> int:
        """Delete deliveries that ended; returns how many."""
        with self._database.transaction() as cursor:
            cursor.execute(
                """DELETE FROM webhook_deliveries
                    WHERE coalesce(delivered_at, given_up_at) < now() - make_interval(days => %s)""",
                (older_than_days,),
            )
            return cursor.rowcount


def _follow(cursor: Cursor, report: WebhookReport, *, is_ping: bool, chance: float) -> None:
    """A test is tried once, and tells nothing of the webhook's health when it fails."""
    verdict = judge(report.answered, attempt=report.attempt, attempts=1 if is_ping else _ATTEMPTS)
    if verdict is Verdict.RETRY:
        _set(
            cursor, report, "next_attempt_at = now() + make_interval(secs => %s)", wait_s(report.attempt, chance=chance)
        )
    elif verdict is Verdict.DELIVERED:
        _set(cursor, report, "delivered_at = now()")
        cursor.execute("UPDATE webhooks SET failures = 0 WHERE id = %s AND failures > 0", (report.webhook_id,))
    else:
        _set(cursor, report, "given_up_at = now()")
        if verdict is Verdict.GONE:
            _disable(cursor, report.webhook_id, Disabled.GONE)
        elif not is_ping:
            _count_failure(cursor, report.webhook_id)


def _set(cursor: Cursor, report: WebhookReport, change: str, *values: Any) -> None:
    cursor.execute(
        f"UPDATE webhook_deliveries SET {change} WHERE event_id = %s AND webhook_id = %s",
        (*values, report.event_id, report.webhook_id),
    )


def _count_failure(cursor: Cursor, webhook_id: UUID) -> None:
    row = cursor.execute(
        "UPDATE webhooks SET failures = failures + 1 WHERE id = %s RETURNING failures", (webhook_id,)
    ).fetchone()
    if row is not None and row["failures"] >= DISABLE_AFTER:
        _disable(cursor, webhook_id, Disabled.FAILING)


def _disable(cursor: Cursor, webhook_id: UUID, reason: Disabled) -> None:
    """Send nothing more to a webhook, and tell its owner, once."""
    row = cursor.execute(
        """UPDATE webhooks w SET disabled_at = now(), disabled_reason = %s
            WHERE id = %s AND disabled_at IS NULL
        RETURNING url, CASE WHEN (SELECT email_opt_out FROM tenants t WHERE t.tenant_id = w.tenant_id)
                            THEN NULL ELSE owner_email END AS recipient""",
        (reason, webhook_id),
    ).fetchone()
    if row is None:
        return
    end_deliveries(cursor, webhook_id)
    if row["recipient"] is not None:
        host = urlsplit(row["url"]).hostname or ""
        notice = WebhookNotice(webhook_id=webhook_id, host=host, reason=reason)
        post(cursor, lanes.DELIVERIES, None, MailDelivery(mail_id=uuid4(), recipient=row["recipient"], notice=notice))
