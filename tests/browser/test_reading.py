"""What was read: words and their boxes, keyboard, search, and taking it along."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from PIL import ImageFilter
from playwright.sync_api import Page, Route, expect

from local.client import Client
from local.front.tokens import Principal
from local.runtime import Runtime
from local.samples import Samples
from tests.browser.conftest import Visiting
from tests.support.browsing import LIGHT, PHONE, Look, Visit
from tests.support.runtimes import wait_for
from tests.support.uploads import scan, slip

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def tenant(runtime: Runtime, samples: Samples) -> str:
    """A tenant that has the sample letters, read, and nothing else."""
    tenant = f"tenant-of-readers-{uuid4().hex[:12]}"
    with Client(runtime.api_url, runtime.token(Principal(tenant_id=tenant))) as client:
        created = client.create(filename=samples.scan.name, byte_size=samples.scan.stat().st_size)
        client.upload(created.upload, samples.scan)
        wait_for(lambda: client.document(created.document_id).status == "completed")
    return tenant


@pytest.fixture
def reader(visiting: Visiting, tenant: str, samples: Samples) -> Visit:
    """A member whose tenant has the sample letters."""
    visit = visiting(tenant=tenant)
    visit.go()
    visit.wait_for(samples.scan.name, "completed")
    return visit


def drawn(page: Page) -> None:
    """Wait until the picture of the first page is there: what is around it has its place by then."""
    # A function: an expression would be evaluated as text, which the page's policy refuses.
    page.wait_for_function("() => document.querySelector('#page-1 .scan img')?.naturalWidth > 0")


def box_of(page: Page) -> dict[str, float]:
    """Where the word that is pointed at is marked on the picture."""
    box = page.locator("svg.words rect.pointed").first.bounding_box()
    assert box
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def test_a_word_leads_to_its_box_and_back(reader: Visit) -> None:
    reader.open("clinic-letters.pdf")
    page = reader.page
    drawn(page)
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
    announcement = reader.page.get_by_test_id("announcement")
    expect(announcement).to_contain_text("% sure")
    # What is said is said a little later than it is shown; by then the last key has been taken.
    wait_for(lambda: announcement.inner_text().startswith(f"{chosen.inner_text()}, "))
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


CHOSEN = re.compile(r"^Page (\d+): .+, (\d+)% sure$")


def test_words_to_check_are_gone_through_on_every_page_loaded_or_not(visit: Visit) -> None:
    blurred = [slip("Smudged", "beyond", "reading").filter(ImageFilter.GaussianBlur(5.5)) for _ in range(2)]
    clear = [slip(f"Clear page {number}") for number in range(1, 13)]
    visit.upload(scan("smudged.pdf", *clear[:11], blurred[0], clear[11], blurred[1]))
    visit.wait_for("smudged.pdf", "completed")
    visit.open("smudged.pdf")
    page, told = visit.page, visit.page.get_by_test_id("announcement")
    expect(page.get_by_test_id("to-check")).to_have_text(re.compile(r"^\d+ words? to check$"))
    count = int(page.get_by_test_id("to-check").inner_text().split()[0])
    assert count >= 2
    assert page.locator("#page-14 img").count() == 0
    seen: list[tuple[int, int]] = []
    for _ in range(count):
        before = told.inner_text()
        page.keyboard.press("n")
        expect(told).not_to_have_text(before)
        expect(told).to_have_text(CHOSEN)
        (number, sureness) = CHOSEN.findall(told.inner_text())[0]
        seen.append((int(number), int(sureness)))
    assert max(sureness for _, sureness in seen) <= 80
    assert [number for number, _ in seen] == sorted(number for number, _ in seen)
    assert {number for number, _ in seen} >= {12, 14}
    page.keyboard.press("n")
    expect(told).to_have_text("There is no further word to check.")
    page.get_by_role("button", name="Word to check before").click()
    expect(told).to_have_text(CHOSEN)


def test_a_scan_is_shown_larger_and_moved_to_the_word_that_is_chosen(reader: Visit) -> None:
    reader.open("clinic-letters.pdf")
    page = reader.page
    picture = page.locator("#page-1 .scan img")
    drawn(page)
    usual = picture.bounding_box()
    for _ in range(4):
        page.get_by_role("button", name="Larger").click()
    expect(page.get_by_role("button", name="Larger")).to_be_disabled()
    large, frame = picture.bounding_box(), page.locator("#page-1 .scan-frame").bounding_box()
    assert usual
    assert large
    assert frame
    assert large["width"] == pytest.approx(3 * usual["width"], rel=0.02)
    assert frame["width"] == pytest.approx(usual["width"], rel=0.02)
    # The first and the last word of the name of the clinic, some way apart.
    for word in ("HARBOUR", "CLINIC", "HARBOUR"):
        page.locator("#page-1 .page-text").get_by_text(word, exact=True).first.click()
        page.mouse.move(0, 0)
        page.wait_for_function(
            """() => {
                const [mark, frame] = ['rect.pointed', '.scan-frame']
                    .map(each => document.querySelector(`#page-1 ${each}`)?.getBoundingClientRect());
                return mark && mark.left >= frame.left && mark.right <= frame.right;
            }"""
        )
    page.keyboard.press("0")
    expect(page.get_by_role("button", name="Smaller")).to_be_disabled()


def test_keys_go_through_a_document_say_what_they_do_and_can_be_switched_off(reader: Visit) -> None:
    reader.open("clinic-letters.pdf")
    page, current = reader.page, reader.page.get_by_role("spinbutton", name="Page")
    expect(page.get_by_role("group", name="Text of page 1")).to_be_visible()
    for key, number in (("j", "2"), ("j", "3"), ("k", "2")):
        page.keyboard.press(key)
        expect(current).to_have_value(number)
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Word boxes")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search in all documents")).to_be_focused()
    page.keyboard.type("j?")
    expect(page.get_by_role("searchbox", name="Search in all documents")).to_have_value("j?")
    expect(current).to_have_value("2")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Keys").click()
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Next word to check")
    assert reader.violations() == []
    keys.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)
    expect(current).to_have_value("2")


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
    expect(reader.page.get_by_text("Nothing found", exact=True)).to_be_visible()


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


def test_words_are_found_in_one_document_page_by_page(reader: Visit) -> None:
    page = reader.page
    reader.open("clinic-letters.pdf")
    find = page.get_by_role("searchbox", name="Find in this document")
    find.fill("clinic")
    find.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Results for")).to_contain_text("in this document")
    hits = page.get_by_test_id("hit")
    expect(hits.first).to_be_visible()
    numbers = [int(re.sub(r"\D", "", told)) for told in hits.locator(".hit-page").all_inner_texts()]
    assert len(numbers) > 1
    assert numbers == sorted(numbers)
    assert reader.violations() == []
    hits.last.get_by_role("link").click()
    expect(page.locator(f"#page-{numbers[-1]} .match").first).to_be_visible()
    expect(find).to_have_value("clinic")
    page.get_by_role("link", name="Search results").click()
    expect(hits).to_have_count(len(numbers))
    page.get_by_role("link", name="Search in all documents").click()
    expect(page.get_by_role("searchbox", name="Search in all documents")).to_have_value("clinic")
    expect(hits.first.locator(".hit-name")).to_have_text("clinic-letters.pdf")


def test_nothing_is_said_of_pages_before_it_is_known(reader: Visit) -> None:
    held: list[Route] = []
    reader.page.route("**/outline", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    reader.open("clinic-letters.pdf")
    first = reader.page.locator("#page-1")
    expect(first).to_contain_text("Page 1")
    expect(first).not_to_contain_text("not read")
    expect(reader.page.get_by_test_id("to-check")).to_have_text("")
    assert held
    for route in held:
        route.continue_()
    reader.page.unroute("**/outline")
    expect(first).to_contain_text("read from the picture")
    expect(reader.page.get_by_test_id("to-check")).to_contain_text("to check")
