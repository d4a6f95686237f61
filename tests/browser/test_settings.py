"""Settings: where the link in an e-mail leads, and what it promises."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visiting
from tests.support.browsing import DARK_PHONE, LIGHT, Look

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("look", [LIGHT, DARK_PHONE], ids=lambda look: look.name)
def test_the_link_of_an_email_leads_to_where_emails_are_turned_off(visiting: Visiting, look: Look) -> None:
    visit = visiting(look=look)
    page = visit.page
    visit.go("settings")
    tick = page.get_by_role("checkbox", name="Send an e-mail")
    expect(tick).to_be_checked()
    assert visit.violations() == []
    assert visit.overflow() <= 0
    tick.click()
    expect(page.get_by_test_id("announcement")).to_have_text("Saved.")
    page.reload()
    expect(tick).not_to_be_checked()


def test_settings_are_reached_from_the_account(visiting: Visiting) -> None:
    visit = visiting()
    visit.go()
    visit.page.get_by_role("button", name="Account").click()
    visit.page.get_by_role("link", name="Settings").click()
    expect(visit.page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(visit.page.get_by_role("link", name="Settings")).not_to_be_visible()
