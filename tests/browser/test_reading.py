"""What was read: words and their boxes, keyboard, search, and taking it along."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from local.samples import Samples
from tests.browser.conftest import Visiting
from tests.support.browsing import LIGHT, PHONE, Look, Visit, scan, slip

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def tenant(samples: Samples) -> str:
    return "tenant-of-readers"


@pytest.fixture
def reader(visiting: Visiting, tenant: str, samples: Samples) -> Visit:
    """A member whose tenant has the sample letters."""
    visit = visiting(tenant=tenant)
    visit.go()
    visit.page.wait_for_timeout(500)
    if visit.row(samples.scan.name).count() == 0:
        visit.upload(samples.scan)
    visit.wait_for(samples.scan.name, "completed")
    return visit


def box_of(page: Page) -> dict[str, float]:
    """Where the word that is pointed at is marked on the picture."""
    box = page.locator("svg.words rect.pointed").first.bounding_box()
    assert box
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def test_a_word_leads_to_its_box_and_back(reader: Visit) -> None:
    reader.open("clinic-letters.pdf")
    page = reader.page
    word = page.locator("#page-1 .page-text").get_by_text("HARBOUR", exact=True)
    word.hover()
    pointed = box_of(page)
    picture = page.locator("#page-1 .scan img").bounding_box()
    assert picture
    assert picture["x"] < pointed["x"] < picture["x"] + picture["width"] / 2
    # From the box to the word: its middle lies on one of the boxes.
    page.mouse.move(pointed["x"] + pointed["width"] / 2, pointed["y"] + pointed["height"] / 2)
    expect(page.locator("#page-1 .page-text .hovered")).to_have_text("HARBOUR")
    page.mouse.down()
    page.mouse.up()
    expect(page.locator("#page-1 .page-text .chosen")).to_have_text("HARBOUR")


def test_arrow_keys_go_from_word_to_word_and_say_how_sure_each_is(reader: Visit) -> None:
    reader.open("clinic-letters.pdf")
    text = reader.page.get_by_role("group", name="Text of page 1")
    text.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        reader.page.keyboard.press(key)
    chosen = reader.page.locator("#page-1 .page-text .chosen")
    expect(chosen).to_have_count(1)
    expect(reader.page.get_by_test_id("announcement")).to_contain_text(f"{chosen.inner_text()}, ")
    expect(reader.page.get_by_test_id("announcement")).to_contain_text("% sure")
    assert box_of(reader.page)["width"] > 5


def test_boxes_can_be_hidden_and_a_side_shown_alone(reader: Visit) -> None:
    reader.open("clinic-letters.pdf")
    page = reader.page
    expect(page.locator("#page-1 svg.words rect").first).to_be_attached()
    page.get_by_role("button", name="Word boxes").click()
    expect(page.locator("#page-1 svg.words")).to_have_class("words only-pointed")
    page.get_by_role("radio", name="Text").check()
    expect(page.locator("#page-1 .scan")).to_be_hidden()
    expect(page.get_by_role("group", name="Text of page 1")).to_be_visible()


def test_words_to_check_are_gone_through(reader: Visit) -> None:
    reader.open("clinic-letters.pdf")
    expect(reader.page.locator("#page-1 .page-text span").first).to_be_visible()
    # Every page is loaded; on the table of the second some words are always doubtful.
    for number in (2, 3, 4, 5, 1):
        reader.page.get_by_role("spinbutton", name="Page").fill(str(number))
        reader.page.keyboard.press("Enter")
        expect(reader.page.locator(f"#page-{number} .page-text span").first).to_be_visible()
    reader.page.get_by_role("button", name="Next word to check").click()
    told = reader.page.get_by_test_id("announcement")
    expect(told).to_have_text(re.compile(r"^Page \d+: .+, \d+% sure$"))
    sureness = re.search(r"(\d+)% sure", told.inner_text())
    assert sureness
    assert int(sureness[1]) <= 80


@pytest.mark.parametrize("look", [LIGHT, PHONE], ids=lambda look: look.name)
def test_a_hit_leads_to_the_word_on_its_page(reader: Visit, visiting: Visiting, tenant: str, look: Look) -> None:
    visit = visiting(tenant=tenant, look=look)
    visit.go()
    visit.page.get_by_role("searchbox").fill("pneumonia")
    visit.page.keyboard.press("Enter")
    hit = visit.page.get_by_test_id("hit").first
    expect(hit).to_contain_text("page 1")
    expect(hit.locator("mark")).to_have_text("pneumonia")
    hit.get_by_role("link").click()
    match = visit.page.locator("#page-1 .page-text .match")
    expect(match).to_have_text("pneumonia.")
    expect(match).to_be_in_viewport()
    visit.page.get_by_role("link", name="Search results").click()
    expect(visit.page.get_by_test_id("hit").first).to_be_visible()


def test_nothing_found_says_what_to_try(reader: Visit) -> None:
    reader.go("#/search?q=zyzzyva")
    expect(reader.page.get_by_text("Nothing found")).to_be_visible()


def test_the_text_and_the_searchable_pdf_are_taken_along(reader: Visit) -> None:
    reader.open("clinic-letters.pdf")
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name="Text", exact=True).click()
    assert download.value.suggested_filename == "clinic-letters.txt"
    text = download.value.path().read_text()
    assert "HARBOUR LANE CLINIC" in text
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name="Searchable PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    assert download.value.suggested_filename.endswith(".pdf")
    reader.page.get_by_role("button", name="Copy text").click()
    expect(reader.page.get_by_role("button", name="Copied")).to_be_visible()
    assert reader.page.evaluate("navigator.clipboard.readText()") == text


def test_a_link_to_a_page_is_kept_through_loading(visit: Visit) -> None:
    visit.upload(scan("linked.pdf", *(slip(f"Sheet {number}") for number in range(1, 6))))
    visit.wait_for("linked.pdf", "completed")
    visit.open("linked.pdf")
    visit.page.goto(f"{visit.page.url}?page=4")
    visit.page.reload()
    expect(visit.page.locator("#page-4").get_by_role("heading")).to_be_focused()
    expect(visit.page.get_by_role("spinbutton", name="Page")).to_have_value("4")


def test_the_link_of_an_email_leads_to_the_document(visit: Visit) -> None:
    visit.upload(scan("mailed.pdf", slip("By mail")))
    row = visit.wait_for("mailed.pdf", "completed")
    visit.page.goto(f"{visit.url}/documents/{row.get_attribute('data-id')}")
    expect(visit.page.get_by_role("heading", level=1, name="mailed.pdf")).to_be_visible()
