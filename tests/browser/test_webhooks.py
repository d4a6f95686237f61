"""Webhooks on the page: added with a secret that is shown once, tried, looked at, sent again, switched off, removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from docpipe.domain.webhooks import signature
from local.runtime import Runtime
from tests.browser.conftest import Visiting
from tests.support.browsing import DARK_PHONE, LIGHT, Look, Visit
from tests.support.receivers import Receiver, receiver, status
from tests.support.uploads import scan, slip

pytestmark = pytest.mark.xdist_group("browser")


def add(visit: Visit, url: str) -> Locator:
    """The panel of a webhook that is added by the form."""
    visit.page.get_by_label("Address").fill(url)
    visit.page.get_by_role("button", name="Add").click()
    panel = visit.page.get_by_test_id("webhook").filter(has_text=url)
    expect(panel).to_be_visible()
    return panel


def is_signed(told: Receiver, secret: str) -> bool:
    """Whether the last request was signed with a secret."""
    request = told.received[-1]
    signed = request.headers["Docpipe-Signature"]
    timestamp = int(signed.partition(",")[0].removeprefix("t="))
    return signature([secret], timestamp=timestamp, body=request.body) == signed


def test_a_webhook_is_added_tried_and_sent_to_again(runtime: Runtime, visiting: Visiting) -> None:
    visit = visiting()
    page = visit.page
    visit.go("#/settings")
    page.get_by_role("link", name="Webhooks").click()
    expect(page.get_by_text("Nobody is told yet")).to_be_visible()
    with receiver(status(204)) as told:
        panel = add(visit, f"{told.url}/hook")
        field = panel.get_by_label("Secret of the webhook")
        expect(field).to_be_focused()
        secret = field.input_value()
        panel.get_by_role("button", name="Send a test").click()
        test = panel.get_by_test_id("delivery").filter(has_text="Test")
        expect(test).to_contain_text("Delivered")
        expect(test).to_contain_text("answered 204")
        assert is_signed(told, secret)
        page.reload()
        expect(panel).to_be_visible()
        expect(field).to_have_count(0)
        visit.go()
        visit.upload(scan("told.pdf", slip("Told of")))
        visit.wait_for("told.pdf", "completed")
        visit.go("#/settings/webhooks")
        panel.get_by_text("Deliveries").click()
        done = panel.get_by_test_id("delivery").filter(has=page.get_by_role("link", name="Document done", exact=True))
        expect(done).to_contain_text("Delivered")
        before = [each.headers["Docpipe-Event-Id"] for each in told.received]
        done.get_by_role("button", name="Send again: Document done").click()
        expect(done).to_contain_text("2 attempts")
        again = told.received[-1].headers["Docpipe-Event-Id"]
        assert again in before
        done.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1, name="told.pdf")).to_be_visible()


def test_an_address_that_is_refused_says_why_and_keeps_what_was_typed(visiting: Visiting) -> None:
    visit = visiting()
    visit.go("#/settings/webhooks")
    for url in ("http://example.org/hook", "https://169.254.169.254/latest/meta-data"):
        visit.page.get_by_label("Address").fill(url)
        visit.page.get_by_role("button", name="Add").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("https")
        expect(visit.page.get_by_label("Address")).to_have_value(url)
    expect(visit.page.get_by_test_id("webhook")).to_have_count(0)


@pytest.mark.parametrize("look", [LIGHT, DARK_PHONE], ids=lambda look: look.name)
def test_one_that_does_not_answer_well_is_told_so_switched_off_and_removed(visiting: Visiting, look: Look) -> None:
    visit = visiting(look=look)
    page = visit.page
    visit.go("#/settings/webhooks")
    expect(page.get_by_role("heading", level=1, name="Webhooks")).to_be_visible()
    assert visit.violations() == []
    with receiver(status(500)) as told:
        page.get_by_text("Events: all").click()
        page.get_by_role("checkbox", name="Batch finished").check()
        panel = add(visit, f"{told.url}/{'a-long-path/' * 8}hook")
        expect(panel).to_contain_text("Batch finished")
        first = panel.get_by_label("Secret of the webhook").input_value()
        panel.get_by_role("button", name="New secret").click()
        expect(panel.get_by_label("Secret of the webhook")).not_to_have_value(first)
        panel.get_by_role("button", name="Send a test").click()
        expect(panel.get_by_test_id("delivery")).to_contain_text("Given up")
        expect(panel.get_by_test_id("delivery")).to_contain_text("answered 500")
        assert visit.violations() == []
        assert visit.overflow() <= 0
        panel.get_by_role("button", name="Switch off").click()
        expect(panel).to_contain_text("It was switched off")
        expect(panel.get_by_role("button", name="Send a test")).to_be_disabled()
        expect(panel.get_by_role("button", name="Send again")).to_have_count(0)
        panel.get_by_role("button", name="Switch on").click()
        expect(panel.get_by_role("button", name="Send a test")).to_be_enabled()
        panel.get_by_role("button", name="Remove").click()
        assert visit.violations() == []
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(panel).to_have_count(0)
        expect(page.get_by_role("heading", level=1, name="Webhooks")).to_be_focused()
        page.reload()
        expect(page.get_by_text("Nobody is told yet")).to_be_visible()
