"""Deliveries to webhooks in the database: ordered once, tried again when due, given up, and what owners are told."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from docpipe.adapters.postgres.notifications import PostgresNotifications
from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.adapters.postgres.tenants import PostgresSettings
from docpipe.adapters.postgres.webhook_deliveries import PostgresWebhookDeliveries
from docpipe.adapters.postgres.webhooks import PostgresWebhooks
from docpipe.domain.errors import WebhookDeliveryNotFoundError, WebhookDisabledError, WebhookNotFoundError
from docpipe.domain.webhooks import DISABLE_AFTER, RETRY_AFTER_S, Disabled, WebhookEventType
from docpipe.messages import (
    DocumentEvent,
    EventKind,
    MailDelivery,
    WebhookDelivery,
    WebhookNotice,
    WebhookReport,
    parse,
)
from docpipe.pipeline.notify import Notification, notify
from docpipe.pipeline.publish import Publisher
from docpipe.stores import NewWebhook, Webhook, WebhookChange, WebhookDeliveryView
from tests.support.fakes import FakeQueues
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
        return notify(happening, self._deps)

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

    def of(self, webhook: Webhook) -> tuple[WebhookDeliveryView, ...]:
        return self.store.deliveries("tenant-a", webhook.webhook_id, limit=100, cursor=None).deliveries

    def now(self, webhook: Webhook) -> Webhook:
        return self.store.get("tenant-a", webhook.webhook_id)


@pytest.fixture
def hooks(records: Records) -> Hooks:
    return Hooks(records)


def event_of(records: Records, **created: Any) -> DocumentEvent:
    """The last event of a document that was completed."""
    document_id = records.completed(2, failed=(2,), **created)
    rows = records.rows("SELECT body FROM events WHERE document_id = %s ORDER BY position", document_id)
    event = parse(json.dumps(rows[-1]["body"]))
    assert isinstance(event, DocumentEvent)
    return event


def test_an_event_is_delivered_to_each_webhook_once_however_often_it_comes(records: Records, hooks: Hooks) -> None:
    webhooks = {hooks.add().webhook_id, hooks.add().webhook_id}
    hooks.add(tenant_id="tenant-b")
    batch_id = uuid4()
    records.queued(1, batch_id=batch_id)
    event = event_of(records, batch_id=batch_id)
    assert [hooks.tell(event) for _ in range(2)] == ["ordered 2", "ordered 0"]
    attempts = hooks.sent()
    assert {attempt.webhook_id for attempt in attempts} == webhooks
    assert {(one.event_id, one.attempt, one.url, one.secrets) for one in attempts} == {
        (event.event_id, 1, URL, ("whsec_1",))
    }
    assert json.loads(attempts[0].body) == {
        "id": str(event.event_id),
        "type": "document.completed_with_failures",
        "created_at": event.occurred_at.isoformat().replace("+00:00", "Z"),
        "data": {
            "document_id": str(event.document_id),
            "batch_id": str(batch_id),
            "status": "completed_with_failures",
            "page_count": 2,
            "pages_done": 1,
            "pages_failed": 1,
            "code": None,
        },
    }


def test_neither_address_nor_secret_stays_in_the_outbox(records: Records, hooks: Hooks) -> None:
    hooks.add()
    hooks.tell(event_of(records))
    assert len(hooks.sent()) == 1
    kept = " ".join(row["body"] for row in records.rows("SELECT body::text AS body FROM events"))
    assert "whsec" not in kept
    assert "hidden" not in kept


def test_a_webhook_is_told_of_what_it_asked_for(records: Records, hooks: Hooks) -> None:
    hooks.add(WebhookEventType.FAILED)
    chosen = hooks.add(WebhookEventType.COMPLETED_WITH_FAILURES, WebhookEventType.QUEUED)
    hooks.tell(event_of(records))
    assert [attempt.webhook_id for attempt in hooks.sent()] == [chosen.webhook_id]


def test_news_of_pages_is_no_event_for_webhooks(records: Records, hooks: Hooks) -> None:
    hooks.add()
    event = event_of(records)
    assert hooks.tell(event.model_copy(update={"event": EventKind.PROGRESS})) == "ordered 0"


def test_an_answer_ends_a_delivery_and_forgets_failures(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    records.execute("UPDATE webhooks SET failures = 3")
    hooks.tell(event_of(records))
    (attempt,) = hooks.sent()
    hooks.answer(attempt, 204)
    (delivery,) = hooks.of(webhook)
    assert (delivery.attempts, delivery.answered, delivery.error) == (1, 204, None)
    assert delivery.delivered_at is not None
    assert hooks.now(webhook).failures == 0
    assert hooks.become_due() == 0


def test_a_failed_attempt_is_made_again_when_it_is_due_and_not_before(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.tell(event_of(records))
    (first,) = hooks.sent()
    hooks.answer(first, None, "timeout")
    (delivery,) = hooks.of(webhook)
    assert (delivery.attempts, delivery.answered, delivery.error) == (1, None, "timeout")
    assert delivery.next_attempt_at is not None
    assert hooks.deliveries.order_due(lost_s=3_600, limit=100) == 0
    assert hooks.become_due() == 1
    (second,) = hooks.sent()
    assert (second.event_id, second.body, second.attempt) == (first.event_id, first.body, 2)
    assert hooks.deliveries.order_due(lost_s=3_600, limit=100) == 0


def test_a_report_that_comes_again_or_late_changes_nothing(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.tell(event_of(records))
    (first,) = hooks.sent()
    hooks.answer(first, 500)
    hooks.answer(first, 500)
    hooks.become_due()
    (second,) = hooks.sent()
    hooks.answer(second, 200)
    hooks.answer(first, 500)
    hooks.answer(second, 500)
    (delivery,) = hooks.of(webhook)
    assert (delivery.attempts, delivery.answered) == (2, 200)
    assert (delivery.given_up_at, delivery.next_attempt_at) == (None, None)


def test_an_attempt_not_heard_of_is_ordered_again_under_the_same_number(records: Records, hooks: Hooks) -> None:
    hooks.add()
    hooks.tell(event_of(records))
    (lost,) = hooks.sent()
    records.execute("UPDATE webhook_deliveries SET claimed_at = now() - interval '2 hours'")
    assert [hooks.deliveries.order_due(lost_s=3_600, limit=100) for _ in range(2)] == [1, 0]
    assert hooks.sent() == [lost]


def test_after_the_last_attempt_a_delivery_is_given_up(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    delivery = hooks.fail(webhook)
    assert (delivery.attempts, delivery.answered) == (ATTEMPTS, 500)
    assert delivery.given_up_at is not None
    assert hooks.sent() == []
    assert (hooks.now(webhook).failures, hooks.now(webhook).disabled_at) == (1, None)


def test_a_webhook_that_keeps_failing_is_disabled_and_its_owner_told_once(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    for _ in range(DISABLE_AFTER):
        hooks.fail(webhook)
    assert hooks.now(webhook).disabled_reason is Disabled.FAILING
    (mail,) = hooks.mails()
    assert mail.recipient == OWNER
    assert mail.notice == WebhookNotice(webhook_id=webhook.webhook_id, host="clinic.example", reason=Disabled.FAILING)
    assert hooks.tell(event_of(records)) == "ordered 0"


def test_who_says_to_be_gone_is_told_nothing_more(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    events = [event_of(records) for _ in range(2)]
    for event in events:
        hooks.tell(event)
    first, second = hooks.sent()
    hooks.answer(second, 503)
    hooks.answer(first, 410)
    assert hooks.now(webhook).disabled_reason is Disabled.GONE
    assert all(delivery.given_up_at for delivery in hooks.of(webhook))
    assert hooks.become_due() == 0
    assert len(hooks.mails()) == 1


def test_a_tenant_that_wants_no_mail_gets_none_about_webhooks(records: Records, hooks: Hooks) -> None:
    PostgresSettings(records.database).change("tenant-a", {"email_opt_out": True}, actor="me")
    hooks.add()
    hooks.tell(event_of(records))
    hooks.answer(hooks.sent()[0], 410)
    assert hooks.mails() == []


def test_a_webhook_that_is_enabled_again_begins_anew(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.fail(webhook)
    disabled = hooks.store.change("tenant-a", webhook.webhook_id, WebhookChange(enabled=False), actor="me")
    assert disabled.disabled_reason is Disabled.BY_OWNER
    with pytest.raises(WebhookDisabledError):
        hooks.store.ping("tenant-a", webhook.webhook_id)
    enabled = hooks.store.change("tenant-a", webhook.webhook_id, WebhookChange(enabled=True, url=URL + "2"), actor="me")
    assert (enabled.failures, enabled.disabled_at, enabled.disabled_reason) == (0, None, None)
    hooks.tell(event_of(records))
    assert hooks.sent()[0].url == URL + "2"


def test_both_secrets_sign_for_a_while(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    renewed = hooks.store.renew_secret("tenant-a", webhook.webhook_id, "whsec_2", overlap_s=60, actor="me")
    assert renewed.former_secret_until is not None
    hooks.tell(event_of(records))
    assert hooks.sent()[0].secrets == ("whsec_2", "whsec_1")
    records.execute("UPDATE webhooks SET former_secret_until = now()")
    hooks.tell(event_of(records))
    assert hooks.sent()[0].secrets == ("whsec_2",)
    assert hooks.now(webhook).former_secret_until is None


def test_a_test_is_sent_once_and_says_nothing_of_the_webhooks_health(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    ordered = hooks.store.ping("tenant-a", webhook.webhook_id)
    (attempt,) = hooks.sent()
    assert json.loads(attempt.body)["type"] == "ping"
    assert json.loads(attempt.body)["data"] == {"webhook_id": str(webhook.webhook_id)}
    hooks.answer(attempt, 500)
    (delivery,) = hooks.of(webhook)
    assert (delivery.event_id, delivery.event, delivery.document_id) == (ordered.event_id, "ping", None)
    assert delivery.given_up_at is not None
    assert hooks.now(webhook).failures == 0


def redelivered(hooks: Hooks, webhook: Webhook, event_id: UUID) -> WebhookDeliveryView:
    return hooks.store.redeliver("tenant-a", webhook.webhook_id, event_id, actor="me")


def test_what_was_delivered_or_given_up_is_sent_again_when_asked(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.tell(event := event_of(records))
    (first,) = hooks.sent()
    hooks.answer(first, 200)
    ordered = redelivered(hooks, webhook, event.event_id)
    assert (ordered.delivered_at, ordered.attempts, ordered.answered) == (None, 1, 200)
    (second,) = hooks.sent()
    assert (second.event_id, second.attempt, second.body) == (first.event_id, 2, first.body)
    hooks.answer(second, 200)
    assert hooks.of(webhook)[0].delivered_at is not None
    given_up = hooks.fail(webhook)
    redelivered(hooks, webhook, given_up.event_id)
    (last,) = hooks.sent()
    assert last.attempt == ATTEMPTS + 1
    hooks.answer(last, 500)
    assert hooks.of(webhook)[0].given_up_at is not None


def test_what_waits_is_sent_at_once_when_asked_and_what_is_on_its_way_is_left(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.tell(event := event_of(records))
    (first,) = hooks.sent()
    redelivered(hooks, webhook, event.event_id)
    assert hooks.sent() == []
    hooks.answer(first, 500)
    redelivered(hooks, webhook, event.event_id)
    assert [attempt.attempt for attempt in hooks.sent()] == [2]
    assert hooks.become_due() == 0


def test_only_what_there_is_can_be_sent_again_and_only_to_a_webhook_that_is_enabled(hooks: Hooks) -> None:
    webhook = hooks.add()
    event_id = hooks.store.ping("tenant-a", webhook.webhook_id).event_id
    with pytest.raises(WebhookDeliveryNotFoundError):
        redelivered(hooks, webhook, uuid4())
    hooks.store.change("tenant-a", webhook.webhook_id, WebhookChange(enabled=False), actor="me")
    with pytest.raises(WebhookDisabledError):
        redelivered(hooks, webhook, event_id)


def test_the_end_of_a_batch_is_one_event_with_counts(records: Records, hooks: Hooks) -> None:
    chosen = hooks.add(WebhookEventType.BATCH_FINISHED)
    hooks.add(tenant_id="tenant-b")
    batch_id = uuid4()
    cancelled = records.queued(1, batch_id=batch_id)
    records.execute(f"UPDATE documents SET status = 'cancelled', finished_at = now() WHERE id = '{cancelled}'")
    first, last = event_of(records, batch_id=batch_id), event_of(records, batch_id=batch_id)
    assert [hooks.tell(event) for event in (first, last, first)] == ["ordered 1", "ordered 0", "ordered 0"]
    (attempt,) = hooks.sent()
    assert attempt.webhook_id == chosen.webhook_id
    body = json.loads(attempt.body)
    assert (body["id"], body["type"]) == (str(attempt.event_id), "batch.finished")
    assert body["data"] == {
        "batch_id": str(batch_id),
        "documents": 3,
        "counts": {"cancelled": 1, "completed_with_failures": 2},
    }
    assert hooks.of(chosen)[0].document_id is None


def test_a_batch_is_not_told_of_before_its_end(records: Records, hooks: Hooks) -> None:
    hooks.add(WebhookEventType.BATCH_FINISHED)
    batch_id = uuid4()
    records.queued(1, batch_id=batch_id)
    assert hooks.tell(event_of(records, batch_id=batch_id)) == "ordered 0"


def test_the_audit_tells_who_changed_a_webhook_and_holds_neither_secret_nor_path(
    records: Records, hooks: Hooks
) -> None:
    webhook = hooks.add()
    change = WebhookChange(url=URL + "2", enabled=True)
    hooks.store.change("tenant-a", webhook.webhook_id, change, actor="me")
    hooks.store.renew_secret("tenant-a", webhook.webhook_id, "whsec_2", overlap_s=60, actor="me")
    hooks.tell(event := event_of(records))
    hooks.answer(hooks.sent()[0], 200)
    redelivered(hooks, webhook, event.event_id)
    hooks.store.remove("tenant-a", webhook.webhook_id, actor="me")
    rows = records.rows("SELECT tenant_id, actor, action, details FROM audit ORDER BY id")
    assert [row["action"].removeprefix("webhook.") for row in rows] == [
        *("added", "changed", "secret_renewed", "redelivered", "removed")
    ]
    assert {(row["tenant_id"], row["actor"], row["details"]["host"]) for row in rows} == {
        ("tenant-a", "me", "clinic.example")
    }
    assert {row["details"]["webhook_id"] for row in rows} == {str(webhook.webhook_id)}
    assert rows[1]["details"]["changed"] == ["enabled", "url"]
    assert not any(hidden in json.dumps(rows) for hidden in ("whsec", "hidden", "/hook"))


def test_deliveries_are_listed_page_by_page_the_newest_first(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    ordered = [hooks.store.ping("tenant-a", webhook.webhook_id).event_id for _ in range(5)]
    seen: list[UUID] = []
    cursor = None
    while True:
        page = hooks.store.deliveries("tenant-a", webhook.webhook_id, limit=2, cursor=cursor)
        seen += [delivery.event_id for delivery in page.deliveries]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == ordered[::-1]


def test_what_ended_long_ago_is_forgotten(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.tell(event_of(records))
    hooks.store.ping("tenant-a", webhook.webhook_id)
    hooks.answer(hooks.sent()[0], 200)
    records.execute("UPDATE webhook_deliveries SET delivered_at = now() - interval '31 days' WHERE attempts > 0")
    assert hooks.deliveries.forget(older_than_days=30) == 1
    assert len(hooks.of(webhook)) == 1


def test_a_removed_webhook_is_told_nothing_more(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.tell(event_of(records))
    hooks.store.remove("tenant-a", webhook.webhook_id, actor="me")
    hooks.answer(hooks.sent()[0], 200)
    with pytest.raises(WebhookNotFoundError):
        hooks.of(webhook)
    assert records.rows("SELECT 1 FROM webhook_deliveries") == []
