"""Deliveries to webhooks in the database: ordered once, tried again when due, given up, sent again when asked."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest

from docpipe.domain.errors import WebhookDeliveryNotFoundError, WebhookDisabledError
from docpipe.domain.webhooks import WebhookEventType
from docpipe.messages import (
    EventKind,
)
from docpipe.stores import WebhookChange
from tests.support.hooks import ATTEMPTS, URL, Hooks, event_of
from tests.support.records import Records


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


def test_what_was_delivered_or_given_up_is_sent_again_when_asked(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.tell(event := event_of(records))
    (first,) = hooks.sent()
    hooks.answer(first, 200)
    ordered = hooks.redeliver(webhook, event.event_id)
    assert (ordered.delivered_at, ordered.attempts, ordered.answered) == (None, 1, 200)
    (second,) = hooks.sent()
    assert (second.event_id, second.attempt, second.body) == (first.event_id, 2, first.body)
    hooks.answer(second, 200)
    assert hooks.of(webhook)[0].delivered_at is not None
    given_up = hooks.fail(webhook)
    hooks.redeliver(webhook, given_up.event_id)
    (last,) = hooks.sent()
    assert last.attempt == ATTEMPTS + 1
    hooks.answer(last, 500)
    assert hooks.of(webhook)[0].given_up_at is not None


def test_what_waits_is_sent_at_once_when_asked_and_what_is_on_its_way_is_left(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.tell(event := event_of(records))
    (first,) = hooks.sent()
    hooks.redeliver(webhook, event.event_id)
    assert hooks.sent() == []
    hooks.answer(first, 500)
    hooks.redeliver(webhook, event.event_id)
    assert [attempt.attempt for attempt in hooks.sent()] == [2]
    assert hooks.become_due() == 0


def test_only_what_there_is_can_be_sent_again_and_only_to_a_webhook_that_is_enabled(hooks: Hooks) -> None:
    webhook = hooks.add()
    event_id = hooks.store.ping("tenant-a", webhook.webhook_id).event_id
    with pytest.raises(WebhookDeliveryNotFoundError):
        hooks.redeliver(webhook, uuid4())
    hooks.store.change("tenant-a", webhook.webhook_id, WebhookChange(enabled=False), actor="me")
    with pytest.raises(WebhookDisabledError):
        hooks.redeliver(webhook, event_id)


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
