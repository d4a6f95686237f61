"""Documents on their way: page by page, live, and through a lost connection."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import WebSocket, expect

from local.runtime import Runtime
from tests.browser.conftest import Visiting
from tests.support.browsing import Visit
from tests.support.uploads import scan, slip
from tests.support.wire import wire_to

pytestmark = pytest.mark.xdist_group("browser")

PAGES = 60
FILLING = (
    "Some lines of text that",
    "take a moment to be read,",
    "so that somebody can watch",
    "how one page follows another",
)

WATCH = """() => {
    window.seen = new Set();
    const look = () => {
        const told = /page (\\d+) of 60/.exec(document.querySelector('[data-testid=progress]')?.textContent ?? '');
        if (told) window.seen.add(Number(told[1]));
    };
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
"""Keeps every number of a page in hand that is shown."""


def page_in_hand(frame: str | bytes) -> int | None:
    """The page that is being read, as news of the long document tell it."""
    news = json.loads(frame)
    told = news.get("status") == "processing" and news.get("page_count") == PAGES
    return min(PAGES, news["pages_done"] + 1) if told else None


def test_a_scan_of_sixty_pages_is_watched_page_by_page(visit: Visit) -> None:
    frames: list[str | bytes] = []

    def hear(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(frame))  # noqa: PLW0108 - Playwright takes no built-in

    visit.page.on("websocket", hear)
    visit.page.reload()
    expect(visit.page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
    visit.upload(scan("long.pdf", *(slip(f"Page number {number}", *FILLING) for number in range(1, PAGES + 1))))
    expect(visit.row("long.pdf")).to_be_visible()
    visit.page.evaluate(WATCH)
    visit.open("long.pdf")
    # Its text is there while others are still being read.
    expect(visit.page.get_by_test_id("page").first.get_by_role("group")).to_contain_text("number 1")
    title = visit.page.locator(".document-title .pill")
    assert title.inner_text() != "Done"
    expect(visit.page.get_by_test_id("page")).to_have_count(PAGES)
    expect(title).to_have_text("Done")
    seen = visit.page.evaluate("[...window.seen]")
    assert seen == sorted(seen)
    # How often a page is told, and how often it can draw, depend on the machine's load: news that come within one
    # frame of the screen are shown as one. More than a first and a last state are seen all the same.
    told = {page for frame in frames if (page := page_in_hand(frame))}
    assert len(told & set(seen)) >= 3, (sorted(told), seen)
    expect(visit.page.get_by_test_id("page-map").locator(".waits")).to_have_count(0)
    # Only what somebody looks at is loaded: the last page is, once one goes there.
    last = visit.page.locator(f"#page-{PAGES}")
    assert last.locator("img").count() == 0
    visit.page.get_by_role("spinbutton", name="Page").fill(str(PAGES))
    visit.page.keyboard.press("Enter")
    expect(last.get_by_role("group")).to_contain_text(f"number {PAGES}")
    expect(last.get_by_role("img", name=f"Page {PAGES} as it was scanned")).to_be_visible()


def test_who_waits_is_told_a_place_and_a_range(visit: Visit) -> None:
    # More chunks than this machine reads at once.
    visit.upload(*(scan(f"queue-{n}.pdf", *(slip(f"Sheet {n} {page}") for page in range(8))) for n in range(5)))
    expect(visit.page.get_by_text(re.compile(r"#[2-9] in queue · .*left")).first).to_be_visible()
    for n in range(5):
        visit.wait_for(f"queue-{n}.pdf", "completed")


def test_another_window_sees_it_too(visit: Visit, visiting: Visiting) -> None:
    other = visiting(tenant=visit.tenant)
    other.go()
    visit.upload(scan("shared.pdf", slip("Seen twice")))
    other.wait_for("shared.pdf", "completed")


def test_a_lost_connection_recovers(runtime: Runtime, visiting: Visiting) -> None:
    with wire_to(runtime.url) as (wire, url):
        visit = visiting(url=url)
        visit.go()
        state = visit.page.get_by_test_id("connection")
        expect(state).to_have_attribute("data-state", "live")
        visit.upload(scan("tunnel.pdf", *(slip(f"Sheet {page}", *FILLING) for page in range(PAGES))))
        visit.wait_for("tunnel.pdf", "processing")
        wire.cut()
        expect(state).to_have_attribute("data-state", "offline")
        expect(visit.page.get_by_test_id("announcement")).to_have_text("The connection is lost.")
        # Meanwhile the document goes on; another window of the same tenant sees it end.
        witness = visiting(tenant=visit.tenant)
        witness.go()
        witness.wait_for("tunnel.pdf", "completed")
        expect(visit.row("tunnel.pdf")).to_have_attribute("data-status", "processing")
        wire.mend()
        expect(state).to_have_attribute("data-state", "live")
        visit.wait_for("tunnel.pdf", "completed")


def test_without_a_websocket_the_page_asks(visiting: Visiting) -> None:
    visit = visiting()
    visit.context.route_web_socket(re.compile("/ws"), lambda socket: socket.close())
    visit.go()
    expect(visit.page.get_by_test_id("connection")).to_have_attribute("data-state", "polling")
    visit.upload(scan("asked.pdf", slip("Asked for")))
    visit.wait_for("asked.pdf", "completed")
