"""Settings and webhooks through the API: what is shown, what is refused, what changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.api import Client, Surroundings
from tests.support.records import Records

HOOK = {"url": "https://clinic.example/hook?x=1"}


@pytest.fixture
def client(records: Records, aws_credentials: None) -> Client:
    return Client(Surroundings(records))


def added(client: Client) -> dict[str, Any]:
    status, created = client.post("/webhooks", HOOK)
    assert status == 201
    return created


def path_of(webhook: dict[str, Any], rest: str = "") -> str:
    return f"/webhooks/{webhook['webhook_id']}{rest}"


def test_settings_begin_with_the_usual_and_change_one_by_one(client: Client) -> None:
    assert client.get("/settings") == (200, {"email_opt_out": False, "default_languages": None})
    assert client.call("PATCH", "/settings", {"email_opt_out": True})[1]["email_opt_out"]
    status, changed = client.call("PATCH", "/settings", {"default_languages": "eng+spa"})
    assert (status, changed) == (200, {"email_opt_out": True, "default_languages": "eng+spa"})
    assert client.get("/settings")[1] == changed


def test_settings_are_those_of_the_tenant_and_hold_for_its_documents(records: Records, client: Client) -> None:
    client.call("PATCH", "/settings", {"default_languages": "spa"})
    assert Client(client.around, "tenant-b").get("/settings")[1]["default_languages"] is None
    client.post("/documents", {"filename": "scan.pdf", "byte_size": 1_000})
    assert records.row("SELECT languages FROM documents")["languages"] == "spa"


def test_languages_that_cannot_be_read_are_refused_and_none_chosen_means_the_usual_one(client: Client) -> None:
    status, problem = client.call("PATCH", "/settings", {"default_languages": "eng+tlh"})
    assert (status, problem["code"]) == (400, "language_unavailable")
    client.call("PATCH", "/settings", {"default_languages": "spa"})
    assert client.call("PATCH", "/settings", {"default_languages": None})[1]["default_languages"] is None


def test_the_audit_tells_who_changed_the_settings(records: Records, client: Client) -> None:
    client.get("/settings")
    client.call("PATCH", "/settings", {"email_opt_out": True})
    (row,) = records.rows("SELECT tenant_id, actor, action, details FROM audit")
    assert (row["action"], row["details"]) == ("settings.changed", {"email_opt_out": True})
    assert row["actor"]


@pytest.mark.parametrize("change", [{"default_languages": "eng; rm"}, {"email_opt_out": "maybe"}, {"colour": "red"}])
def test_settings_that_do_not_fit_are_refused(client: Client, change: dict[str, Any]) -> None:
    status, problem = client.call("PATCH", "/settings", change)
    assert (status, problem["code"]) == (422, "request_invalid")


def test_a_webhooks_secret_is_shown_when_it_is_made_and_no_more(client: Client) -> None:
    created = added(client)
    assert created["secret"].startswith("whsec_")
    assert created["events"] is None
    shown = [client.get("/webhooks")[1]["webhooks"][0], client.get(path_of(created))[1]]
    assert shown == [{name: value for name, value in created.items() if name != "secret"}] * 2


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("https://user:pass@clinic.example", 422, "request_invalid"),
        ("ftp://x", 422, "request_invalid"),
        ("https://a b", 422, "request_invalid"),
        ("http://clinic.example", 400, "webhook_address_refused"),
        ("https://localhost/hook", 400, "webhook_address_refused"),
        ("https://169.254.169.254/latest/meta-data", 400, "webhook_address_refused"),
    ],
)
def test_addresses_that_are_not_told_anything_are_refused_at_once(
    client: Client, url: str, status: int, code: str
) -> None:
    answered, problem = client.post("/webhooks", {"url": url})
    assert (answered, problem["code"]) == (status, code)
    answered, problem = client.call("PATCH", path_of(added(client)), {"url": url})
    assert (answered, problem["code"]) == (status, code)


def test_a_tenant_has_ten_webhooks_at_most(client: Client) -> None:
    webhooks = [added(client) for _ in range(10)]
    assert client.post("/webhooks", HOOK)[1]["code"] == "too_many_webhooks"
    assert client.respond("DELETE", path_of(webhooks[0]))["statusCode"] == 204
    assert len(client.get("/webhooks")[1]["webhooks"]) == 9


def test_a_webhook_is_changed_disabled_and_enabled(client: Client) -> None:
    webhook = added(client)
    status, changed = client.call("PATCH", path_of(webhook), {"events": ["document.failed"]})
    assert (status, changed["events"], changed["url"]) == (200, ["document.failed"], HOOK["url"])
    assert client.call("PATCH", path_of(webhook), {"events": ["document.progress"]})[0] == 422
    assert client.call("PATCH", path_of(webhook), {"enabled": False})[1]["disabled_reason"] == "by_owner"
    assert client.post(path_of(webhook, "/test"))[1]["code"] == "webhook_disabled"
    assert client.call("PATCH", path_of(webhook), {"enabled": True})[1]["disabled_at"] is None


def test_a_new_secret_is_shown_once_and_the_former_one_runs_out(client: Client) -> None:
    webhook = added(client)
    status, renewed = client.post(path_of(webhook, "/secret"))
    assert (status, renewed["secret"] != webhook["secret"]) == (200, True)
    assert renewed["former_secret_until"] > renewed["created_at"]
    assert "secret" not in client.get(path_of(webhook))[1]


def test_a_test_is_ordered_and_stands_among_the_deliveries(client: Client) -> None:
    webhook = added(client)
    status, ordered = client.post(path_of(webhook, "/test"))
    assert (status, ordered["event"], ordered["attempts"]) == (202, "ping", 0)
    assert client.get(path_of(webhook, "/deliveries"))[1] == {"deliveries": [ordered], "next_cursor": None}
    (body,) = client.around.queues.messages["webhooks"]
    assert json.loads(body)["event_id"] == ordered["event_id"]


def test_a_cursor_of_another_list_is_refused(client: Client) -> None:
    status, problem = client.get(path_of(added(client), "/deliveries"), "cursor=bm90aGluZw")
    assert (status, problem["code"]) == (400, "cursor_invalid")


def test_an_event_is_sent_again_when_asked(client: Client) -> None:
    webhook = added(client)
    event_id = client.post(path_of(webhook, "/test"))[1]["event_id"]
    status, ordered = client.post(path_of(webhook, f"/deliveries/{event_id}/redeliver"))
    assert (status, ordered["event_id"]) == (202, event_id)
    status, problem = client.post(path_of(webhook, f"/deliveries/{webhook['webhook_id']}/redeliver"))
    assert (status, problem["code"]) == (404, "webhook_delivery_not_found")
