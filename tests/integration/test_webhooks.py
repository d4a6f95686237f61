"""Webhooks in the database: disabled and enabled, their secrets, their test, and what owners are told."""

from __future__ import annotations

import json

import pytest

from docpipe.adapters.postgres.tenants import PostgresSettings
from docpipe.domain.errors import WebhookDisabledError, WebhookNotFoundError
from docpipe.domain.webhooks import DISABLE_AFTER, Disabled
from docpipe.messages import (
    WebhookNotice,
)
from docpipe.stores import WebhookChange
from tests.support.hooks import OWNER, URL, Hooks, event_of
from tests.support.records import Records


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


def test_the_audit_tells_who_changed_a_webhook_and_holds_neither_secret_nor_path(
    records: Records, hooks: Hooks
) -> None:
    webhook = hooks.add()
    change = WebhookChange(url=URL + "2", enabled=True)
    hooks.store.change("tenant-a", webhook.webhook_id, change, actor="me")
    hooks.store.renew_secret("tenant-a", webhook.webhook_id, "whsec_2", overlap_s=60, actor="me")
    hooks.tell(event := event_of(records))
    hooks.answer(hooks.sent()[0], 200)
    hooks.redeliver(webhook, event.event_id)
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


def test_a_removed_webhook_is_told_nothing_more(records: Records, hooks: Hooks) -> None:
    webhook = hooks.add()
    hooks.tell(event_of(records))
    hooks.store.remove("tenant-a", webhook.webhook_id, actor="me")
    hooks.answer(hooks.sent()[0], 200)
    with pytest.raises(WebhookNotFoundError):
        hooks.of(webhook)
    assert records.rows("SELECT 1 FROM webhook_deliveries") == []
