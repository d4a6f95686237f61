"""Every view in light and dark, on a desk and on a phone: axe finds nothing, nothing is cut off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from local.samples import Samples
from tests.browser.conftest import Visiting
from tests.support.browsing import DARK, DARK_PHONE, LIGHT, PHONE, Look, Visit
from tests.support.uploads import partly_damaged

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """What the first visit has uploaded: ids, and the tenant."""
    return {}


def furnish(visiting: Visiting, samples: Samples, made: dict[str, str]) -> None:
    """Upload what the views are to show, once."""
    if "tenant" in made:
        return
    visit = visiting()
    visit.go()
    visit.upload(samples.scan, samples.protected, partly_damaged("torn.pdf"))
    for name, status in (("protected.pdf", "failed"), ("torn.pdf", "completed_with_failures")):
        visit.wait_for(name, status)
    for name in (samples.scan.name, "torn.pdf"):
        row = visit.row(name)
        expect(row).to_have_attribute("data-status", "completed" if name != "torn.pdf" else "completed_with_failures")
        made[name] = str(row.get_attribute("data-id"))
    batch = visit.page.get_by_role("link", name="Follow them as one batch").get_attribute("href")
    made["batch"] = str(batch)
    # Last: with it, all is there.
    made["tenant"] = visit.tenant


@pytest.mark.parametrize("look", [LIGHT, DARK, PHONE, DARK_PHONE], ids=lambda look: look.name)
def test_axe_finds_nothing_on_any_view(visiting: Visiting, samples: Samples, made: dict[str, str], look: Look) -> None:
    furnish(visiting, samples, made)
    visit = visiting(tenant=made["tenant"], role="admin", look=look)
    page, found = visit.page, {}

    def check(view: str) -> None:
        page.wait_for_timeout(350)
        found[view] = [*visit.violations(), *([f"{visit.overflow()} px too wide"] if visit.overflow() > 0 else [])]

    visit.go()
    expect(visit.row("torn.pdf")).to_be_visible()
    check("documents")
    page.get_by_role("button", name="Account").click()
    check("account")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete torn.pdf").click()
    check("deleting")
    page.keyboard.press("Escape")
    visit.upload({"name": "notes.docx", "mimeType": "application/msword", "buffer": b"words"})
    check("a refused file")
    visit.go("#/?show=active")
    expect(page.get_by_text("Nothing is being read right now")).to_be_visible()
    check("nothing here")
    visit.go(made["batch"])
    expect(page.get_by_text("All 3 documents have ended")).to_be_visible()
    check("batch")
    visit.go(f"#/documents/{made['clinic-letters.pdf']}")
    expect(page.get_by_role("group", name="Text of page 1")).to_be_visible()
    check("document")
    visit.go(f"#/documents/{made['torn.pdf']}?page=2")
    expect(page.locator("#page-2 .note")).to_be_visible()
    check("a failed page")
    visit.go("#/search?q=clinic")
    expect(page.get_by_test_id("hit").first).to_be_visible()
    check("search")
    visit.go("#/operator")
    expect(page.locator("canvas").first).to_be_visible()
    check("operator")
    assert {view: faults for view, faults in found.items() if faults} == {}


def test_the_first_visit_is_sound_too(visit: Visit) -> None:
    expect(visit.page.get_by_role("heading", level=1, name="Turn scans into text")).to_be_visible()
    assert visit.violations() == []


def test_the_keyboard_alone_goes_from_upload_to_text(visit: Visit, samples: Samples) -> None:
    page = visit.page
    # From here on file choosers are heard of: asked for only with the key itself, that can come too late.
    page.on("filechooser", lambda _chooser: None)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(samples.scan)
    visit.wait_for(samples.scan.name, "completed")
    expect(page.get_by_test_id("announcement")).to_have_text(f"{samples.scan.name}: done")
    visit.page.get_by_role("link", name=samples.scan.name).focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1, name=samples.scan.name)
    expect(heading).to_be_focused()
    expect(page.get_by_role("group", name="Text of page 1")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('page-text')"):
            break
    page.keyboard.press("ArrowRight")
    expect(page.locator("#page-1 .page-text .chosen")).to_have_text("HARBOUR")
