"""Webhooks over the real tables."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from docpipe.adapters.postgres.notifications import PostgresNotifications
from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.adapters.postgres.webhook_deliveries import PostgresWebhookDeliveries
from docpipe.adapters.postgres.webhooks import PostgresWebhooks
from docpipe.domain.webhooks import RETRY_AFTER_S, WebhookEventType
from docpipe.messages import (
    DocumentEvent,
    MailDelivery,
    WebhookDelivery,
    WebhookReport,
    parse,
)
from docpipe.pipeline.notify import Notification, notify
from docpipe.pipeline.publish import Publisher
from docpipe.stores import NewWebhook, Webhook, WebhookDeliveryView
from tests.support.fakes import FakeQueues
from tests.support.invocations import Clock
from tests.support.records import Records

URL = "https://clinic.example/hook?key=hidden"
OWNER = "owner@example.org"
ATTEMPTS = len(RETRY_AFTER_S) + 1


class Hooks:
    """Webhooks of tenant-a over the real tables; what is sent stays in queues."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.store = PostgresWebhooks(records.database)
        self.deliveries = PostgresWebhookDeliveries(records.database)
        self.queues = FakeQueues()
        self.publisher = Publisher(PostgresOutbox(records.database), self.queues)
        self._deps = Notification(PostgresNotifications(records.database), self.deliveries, self.publisher)

    def add(self, *events: WebhookEventType, tenant_id: str = "tenant-a") -> Webhook:
        new = NewWebhook(URL, "whsec_1", OWNER, events or None)
        return self.store.add(tenant_id, new, limit=100, actor="me")

    def tell(self, happening: DocumentEvent | WebhookReport) -> str:
        return notify(happening, Clock().invocation(), self._deps)

    def sent(self) -> list[WebhookDelivery]:
        """The attempts ordered since the last look."""
        self.publisher.flush()
        taken = [parse(body) for body in self.queues.messages.pop("webhooks", [])]
        return [message for message in taken if isinstance(message, WebhookDelivery)]

    def mails(self) -> list[MailDelivery]:
        found = [parse(body) for body in self.queues.messages["deliveries"]]
        return [message for message in found if isinstance(message, MailDelivery)]

    def answer(self, attempt: WebhookDelivery, answered: int | None, error: str | None = None) -> None:
        self.tell(
            WebhookReport(
                event_id=attempt.event_id,
                webhook_id=attempt.webhook_id,
                attempt=attempt.attempt,
                answered=answered,
                error=error,
            )
        )

    def become_due(self) -> int:
        self.records.execute("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL")
        return self.deliveries.order_due(lost_s=3_600, limit=100)

    def fail(self, webhook: Webhook) -> WebhookDeliveryView:
        """An event whose delivery fails at every attempt."""
        self.tell(event_of(self.records))
        for _ in range(ATTEMPTS):
            (attempt,) = self.sent()
            self.answer(attempt, 500)
            self.become_due()
        return self.of(webhook)[0]

    def redeliver(self, webhook: Webhook, event_id: UUID) -> WebhookDeliveryView:
        return self.store.redeliver("tenant-a", webhook.webhook_id, event_id, actor="me")

    def of(self, webhook: Webhook) -> tuple[WebhookDeliveryView, ...]:
        return self.store.deliveries("tenant-a", webhook.webhook_id, limit=100, cursor=None).deliveries

    def now(self, webhook: Webhook) -> Webhook:
        return self.store.get("tenant-a", webhook.webhook_id)


def event_of(records: Records, **created: Any) -> DocumentEvent:
    """The last event of a document that was completed."""
    document_id = records.completed(2, failed=(2,), **created)
    rows = records.rows("SELECT body FROM events WHERE document_id = %s ORDER BY position", document_id)
    event = parse(json.dumps(rows[-1]["body"]))
    assert isinstance(event, DocumentEvent)
    return event
