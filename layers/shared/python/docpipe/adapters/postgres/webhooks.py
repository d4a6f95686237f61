"""Webhooks as one tenant sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, LiteralString
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.cursors import encode, place_in_time
from docpipe.adapters.postgres.lifecycle import audit
from docpipe.adapters.postgres.rows import Cursor, sure_row
from docpipe.adapters.postgres.webhook_orders import end_deliveries, order_attempts
from docpipe.answers.webhook_events import PING, ping
from docpipe.domain.errors import (
    TooManyWebhooksError,
    WebhookDeliveryNotFoundError,
    WebhookDisabledError,
    WebhookNotFoundError,
)
from docpipe.domain.webhooks import Disabled, WebhookEventType
from docpipe.stores import NewWebhook, Webhook, WebhookChange, WebhookDeliveryPage, WebhookDeliveryView

_WEBHOOK = """id AS webhook_id, url, events, failures, created_at, disabled_at, disabled_reason,
              CASE WHEN former_secret_until > now() THEN former_secret_until END AS former_secret_until"""
_DELIVERY = """event_id, event, document_id, attempts, answered, error, created_at, next_attempt_at,
               delivered_at, given_up_at"""


class PostgresWebhooks:
    """The ``webhooks`` and ``webhook_deliveries`` tables as one tenant sees them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tenant_id: str, webhook: NewWebhook, *, limit: int, actor: str) -> Webhook:
        """Add a webhook."""
        with self._database.transaction(tenant_id) as cursor:
            # Of two requests at the same time, the second counts what the first has added.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('webhooks ' || %s, 0))", (tenant_id,))
            row = cursor.execute(
                f"""INSERT INTO webhooks (id, tenant_id, url, secret, owner_email, events)
                    SELECT %(id)s, %(tenant)s, %(url)s, %(secret)s, %(email)s, %(events)s
                     WHERE (SELECT count(*) FROM webhooks WHERE tenant_id = %(tenant)s) < %(limit)s
                    RETURNING {_WEBHOOK}""",
                {
                    "id": uuid4(),
                    "tenant": tenant_id,
                    "url": webhook.url,
                    "secret": webhook.secret,
                    "email": webhook.owner_email,
                    "events": _names(webhook.events),
                    "limit": limit,
                },
            ).fetchone()
            if row is None:
                raise TooManyWebhooksError(limit)
            _note(cursor, tenant_id, actor, "added", row)
        return Webhook(**row)

    def all(self, tenant_id: str) -> tuple[Webhook, ...]:
        """All webhooks of a tenant, the oldest first."""
        with self._database.transaction(tenant_id) as cursor:
            rows = cursor.execute(
                f"SELECT {_WEBHOOK} FROM webhooks WHERE tenant_id = %s ORDER BY created_at, id", (tenant_id,)
            ).fetchall()
        return tuple(Webhook(**row) for row in rows)

    def get(self, tenant_id: str, webhook_id: UUID) -> Webhook:
        """One webhook."""
        with self._database.transaction(tenant_id) as cursor:
            return _found(cursor, tenant_id, webhook_id)

    def change(self, tenant_id: str, webhook_id: UUID, change: WebhookChange, *, actor: str) -> Webhook:
        """Change a webhook; enabling forgets its failures, disabling gives up what is on its way.

        Deliveries are only read by tenants, so this runs without the tenant's role; it names the tenant.
        """
        with self._database.transaction() as cursor:
            row = cursor.execute(
                f"""UPDATE webhooks
                       SET url = coalesce(%(url)s, url), events = coalesce(%(events)s, events),
                           failures = CASE WHEN %(enabled)s::boolean THEN 0 ELSE failures END,
                           disabled_at = CASE %(enabled)s::boolean WHEN true THEN NULL
                                              WHEN false THEN coalesce(disabled_at, now()) ELSE disabled_at END,
                           disabled_reason = CASE %(enabled)s::boolean WHEN true THEN NULL
                                              WHEN false THEN coalesce(disabled_reason, %(by_owner)s)
                                              ELSE disabled_reason END
                     WHERE id = %(id)s AND tenant_id = %(tenant)s RETURNING {_WEBHOOK}""",
                {
                    "url": change.url,
                    "events": _names(change.events),
                    "enabled": change.enabled,
                    "by_owner": Disabled.BY_OWNER,
                    "id": webhook_id,
                    "tenant": tenant_id,
                },
            ).fetchone()
            if row is None:
                raise WebhookNotFoundError
            if row["disabled_at"] is not None:
                end_deliveries(cursor, webhook_id)
            changed = sorted(name for name, value in asdict(change).items() if value is not None)
            _note(cursor, tenant_id, actor, "changed", row, changed=changed, enabled=row["disabled_at"] is None)
        return Webhook(**row)

    def renew_secret(self, tenant_id: str, webhook_id: UUID, secret: str, *, overlap_s: int, actor: str) -> Webhook:
        """Sign with a new secret, and for a while with the former as well."""
        with self._database.transaction(tenant_id) as cursor:
            row = cursor.execute(
                f"""UPDATE webhooks
                       SET former_secret = secret, former_secret_until = now() + make_interval(secs => %s), secret = %s
                     WHERE id = %s AND tenant_id = %s RETURNING {_WEBHOOK}""",
                (overlap_s, secret, webhook_id, tenant_id),
            ).fetchone()
            if row is None:
                raise WebhookNotFoundError
            _note(cursor, tenant_id, actor, "secret_renewed", row)
        return Webhook(**row)

    def remove(self, tenant_id: str, webhook_id: UUID, *, actor: str) -> None:
        """Remove a webhook, and what was to be delivered to it."""
        with self._database.transaction(tenant_id) as cursor:
            row = cursor.execute(
                f"DELETE FROM webhooks WHERE id = %s AND tenant_id = %s RETURNING {_WEBHOOK}", (webhook_id, tenant_id)
            ).fetchone()
            if row is None:
                raise WebhookNotFoundError
            _note(cursor, tenant_id, actor, "removed", row)

    def ping(self, tenant_id: str, webhook_id: UUID) -> WebhookDeliveryView:
        """Order the delivery of a test event."""
        event_id = uuid4()
        with self._database.transaction() as cursor:
            if _found(cursor, tenant_id, webhook_id).disabled_at is not None:
                raise WebhookDisabledError
            cursor.execute(
                f"""INSERT INTO webhook_deliveries (event_id, webhook_id, event, body)
                    VALUES (%s, %s, %s, %s) RETURNING {_DELIVERY}""",
                (event_id, webhook_id, PING, ping(event_id, webhook_id)),
            )
            row = sure_row(cursor)
            order_attempts(cursor, [(event_id, webhook_id)])
        return WebhookDeliveryView(**row)

    def redeliver(self, tenant_id: str, webhook_id: UUID, event_id: UUID, *, actor: str) -> WebhookDeliveryView:
        """Order another attempt of a delivery at once."""
        with self._database.transaction() as cursor:
            # The webhook's row is locked before those of its deliveries.
            webhook = _found(cursor, tenant_id, webhook_id, lock="FOR NO KEY UPDATE")
            if webhook.disabled_at is not None:
                raise WebhookDisabledError
            row = cursor.execute(
                f"SELECT {_DELIVERY} FROM webhook_deliveries WHERE event_id = %s AND webhook_id = %s FOR UPDATE",
                (event_id, webhook_id),
            ).fetchone()
            if row is None:
                raise WebhookDeliveryNotFoundError
            if row["next_attempt_at"] or row["delivered_at"] or row["given_up_at"]:
                cursor.execute(
                    """UPDATE webhook_deliveries SET delivered_at = NULL, given_up_at = NULL
                        WHERE event_id = %s AND webhook_id = %s""",
                    (event_id, webhook_id),
                )
                order_attempts(cursor, [(event_id, webhook_id)])
                _note(cursor, tenant_id, actor, "redelivered", webhook.model_dump(), event_id=str(event_id))
        return WebhookDeliveryView(**{**row, "delivered_at": None, "given_up_at": None, "next_attempt_at": None})

    def deliveries(self, tenant_id: str, webhook_id: UUID, *, limit: int, cursor: str | None) -> WebhookDeliveryPage:
        """What was sent to a webhook, or is to be, the newest first."""
        time, event_id = place_in_time(cursor) if cursor is not None else (None, None)
        with self._database.transaction(tenant_id) as transaction:
            _found(transaction, tenant_id, webhook_id)
            rows = transaction.execute(
                f"""SELECT {_DELIVERY} FROM webhook_deliveries
                     WHERE webhook_id = %(webhook)s
                       AND (%(time)s::timestamptz IS NULL OR (created_at, event_id) < (%(time)s, %(event)s::uuid))
                     ORDER BY created_at DESC, event_id DESC LIMIT %(limit)s""",
                {"webhook": webhook_id, "time": time, "event": event_id, "limit": limit + 1},
            ).fetchall()
        more, rows = len(rows) > limit, rows[:limit]
        onward = encode(rows[-1]["created_at"].isoformat(), str(rows[-1]["event_id"])) if more else None
        return WebhookDeliveryPage(tuple(WebhookDeliveryView(**row) for row in rows), onward)


def _found(cursor: Cursor, tenant_id: str, webhook_id: UUID, *, lock: LiteralString = "") -> Webhook:
    row = cursor.execute(
        f"SELECT {_WEBHOOK} FROM webhooks WHERE id = %s AND tenant_id = %s {lock}", (webhook_id, tenant_id)
    ).fetchone()
    if row is None:
        raise WebhookNotFoundError
    return Webhook(**row)


def _note(cursor: Cursor, tenant_id: str, actor: str, what: str, webhook: Mapping[str, Any], **details: Any) -> None:
    """Keep in the audit who did what. The path of an address may be a secret of its receiver."""
    host = urlsplit(webhook["url"]).hostname
    audit(cursor, tenant_id, actor, f"webhook.{what}", webhook_id=str(webhook["webhook_id"]), host=host, **details)


def _names(events: tuple[WebhookEventType, ...] | None) -> list[str] | None:
    return None if events is None else [str(event) for event in events]
