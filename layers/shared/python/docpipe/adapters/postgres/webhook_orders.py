"""Ordering deliveries to webhooks, and ending them, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from docpipe.adapters.postgres.outbox import post
from docpipe.adapters.postgres.rows import Cursor
from docpipe.domain import lanes
from docpipe.domain.webhooks import WebhookEventType
from docpipe.messages import WebhookDelivery

LISTENS: Final = "disabled_at IS NULL AND (events IS NULL OR %(event)s = ANY(events))"
"""Condition on a row of ``webhooks``: it is told of what the parameter ``event`` names."""


def order_event(
    cursor: Cursor, tenant_id: str, event_id: UUID, event: WebhookEventType, body: str, *, document_id: UUID | None
) -> int:
    """Order the deliveries of an event to those of a tenant's webhooks that are told of it.

    Returns:
        How many were ordered; an event that comes again is not ordered again.
    """
    added = cursor.execute(
        f"""INSERT INTO webhook_deliveries (event_id, webhook_id, document_id, event, body)
           SELECT %(id)s, id, %(document)s, %(event)s, %(body)s FROM webhooks
            WHERE tenant_id = %(tenant)s AND {LISTENS}
           ON CONFLICT (event_id, webhook_id) DO NOTHING RETURNING webhook_id""",
        {"id": event_id, "document": document_id, "event": event, "body": body, "tenant": tenant_id},
    ).fetchall()
    return order_attempts(cursor, [(event_id, row["webhook_id"]) for row in added])


def order_attempts(cursor: Cursor, deliveries: Sequence[tuple[UUID, UUID]]) -> int:
    """Leave a message for the next attempt of each delivery, named by event and webhook; returns how many."""
    if not deliveries:
        return 0
    rows = cursor.execute(
        """UPDATE webhook_deliveries d SET claimed_at = now(), next_attempt_at = NULL
             FROM webhooks w
            WHERE w.id = d.webhook_id AND w.disabled_at IS NULL
              AND (d.event_id, d.webhook_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))
        RETURNING d.document_id, d.event_id, d.webhook_id, d.attempts + 1 AS attempt, d.body, w.url,
                  array_remove(ARRAY[w.secret, CASE WHEN w.former_secret_until > now() THEN w.former_secret END],
                               NULL) AS secrets""",
        ([event_id for event_id, _ in deliveries], [webhook_id for _, webhook_id in deliveries]),
    ).fetchall()
    for row in rows:
        document_id = row.pop("document_id")
        post(cursor, lanes.WEBHOOKS, document_id, WebhookDelivery(**row))
    return len(rows)


def end_deliveries(cursor: Cursor, webhook_id: UUID) -> None:
    """Give up what is on its way to a webhook."""
    cursor.execute(
        """UPDATE webhook_deliveries SET given_up_at = now(), next_attempt_at = NULL
            WHERE webhook_id = %s AND delivered_at IS NULL AND given_up_at IS NULL""",
        (webhook_id,),
    )
