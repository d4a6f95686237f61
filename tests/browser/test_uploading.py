"""Files in: several at once, bad ones, refused ones, and by dropping them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from local.samples import Samples
from tests.support.browsing import Visit
from tests.support.uploads import picture, scan, slip

pytestmark = pytest.mark.xdist_group("browser")


def test_five_documents_at_once(visit: Visit) -> None:
    files = [
        scan("first.pdf", slip("First letter"), slip("Second page")),
        scan("second.pdf", slip("Another letter")),
        picture("photo.jpg", slip("From a phone"), "JPEG"),
        picture("shot.png", slip("From a screen")),
        picture("fax.tif", slip("From a fax"), "TIFF"),
    ]
    visit.upload(*files)
    for file in files:
        row = visit.wait_for(file["name"], "completed")
        expect(row).to_contain_text("% sure")
    visit.page.get_by_role("link", name="Follow them as one batch").click()
    expect(visit.page.get_by_text("All 5 documents have ended")).to_be_visible()
    rows = visit.page.get_by_test_id("document")
    expect(rows).to_have_count(5)
    # In the order in which they were chosen.
    names = [row.get_by_role("link").inner_text() for row in rows.all()]
    assert sorted(names) == sorted(file["name"] for file in files)


def test_a_damaged_and_a_protected_file_say_what_to_do(visit: Visit, samples: Samples) -> None:
    visit.upload(samples.damaged, samples.protected)
    damaged = visit.wait_for("damaged.pdf", "failed")
    expect(damaged).to_contain_text("Scan or export the document again")
    protected = visit.wait_for("protected.pdf", "failed")
    expect(protected).to_contain_text("Save a copy without the password")
    # The same file would fail again.
    expect(protected.get_by_role("button", name=re.compile("^Retry"))).to_have_count(0)
    visit.page.get_by_role("link", name="Needs attention").click()
    expect(visit.page.get_by_test_id("document")).to_have_count(2)
    visit.page.get_by_role("link", name="Done", exact=True).click()
    expect(visit.page.get_by_text("Nothing is done yet")).to_be_visible()


def test_what_would_be_refused_is_not_sent(visit: Visit) -> None:
    created: list[str] = []
    visit.page.on("request", lambda request: created.append(request.url) if request.method == "POST" else None)
    visit.upload(
        {"name": "notes.docx", "mimeType": "application/msword", "buffer": b"words"},
        {"name": "empty.pdf", "mimeType": "application/pdf", "buffer": b""},
    )
    rows = visit.page.get_by_test_id("upload")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="notes.docx")).to_contain_text("This kind of file cannot be read. Choose a PDF")
    expect(rows.filter(has_text="empty.pdf")).to_contain_text("The file is empty")
    expect(visit.page.get_by_test_id("announcement")).to_contain_text("2 files could not be uploaded")
    visit.page.get_by_role("button", name="Dismiss notes.docx").click()
    expect(rows).to_have_count(1)
    assert created == []


def test_files_are_dropped_anywhere(visit: Visit) -> None:
    file = scan("dropped.pdf", slip("Let go"))
    dropped = visit.page.evaluate_handle(
        """content => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(content)], 'dropped.pdf', {type: 'application/pdf'}));
            return transfer;
        }""",
        list(file["buffer"]),
    )
    visit.page.dispatch_event("h1", "dragenter", {"dataTransfer": dropped})
    expect(visit.page.get_by_text("Let go to upload")).to_be_visible()
    visit.page.dispatch_event("h1", "drop", {"dataTransfer": dropped})
    expect(visit.page.get_by_text("Let go to upload")).to_have_count(0)
    visit.wait_for("dropped.pdf", "completed")


def test_an_interrupted_upload_is_tried_again(visit: Visit) -> None:
    storage = re.compile(r"/[a-z-]*uploads[a-z-]*/?$")
    refused: list[Any] = []

    def refuse(route: Any) -> None:
        if route.request.method == "POST" and len(refused) < 20:
            refused.append(route)
            route.abort()
        else:
            route.continue_()

    visit.page.route(storage, refuse)
    visit.upload(scan("tunnel.pdf", slip("Through the tunnel")))
    row = visit.row("tunnel.pdf")
    expect(row).to_contain_text("The upload was interrupted")
    assert refused
    visit.page.unroute(storage)
    row.get_by_role("button", name="Upload tunnel.pdf again").click()
    visit.wait_for("tunnel.pdf", "completed")
    # By the same form: it is the same document.
    expect(visit.page.get_by_test_id("document")).to_have_count(1)


def test_without_a_network_an_upload_goes_on_when_it_is_back(visit: Visit) -> None:
    visit.context.set_offline(True)
    visit.upload(scan("tunnel.pdf", slip("Out of the tunnel")))
    expect(visit.page.get_by_test_id("upload")).to_contain_text("goes on by itself")
    visit.context.set_offline(False)
    visit.wait_for("tunnel.pdf", "completed")
    expect(visit.page.get_by_test_id("document")).to_have_count(1)


def test_an_upload_that_was_left_says_that_nothing_has_come(visit: Visit) -> None:
    visit.page.clock.install()
    visit.page.route(re.compile(r"/[a-z-]*uploads[a-z-]*/?$"), lambda _route: None)
    visit.upload(scan("left.pdf", slip("Left")))
    expect(visit.row("left.pdf")).to_contain_text("Uploading")
    visit.page.on("dialog", lambda dialog: dialog.accept())
    visit.page.reload()
    expect(visit.row("left.pdf")).to_contain_text("Waiting for upload")
    expect(visit.row("left.pdf")).not_to_contain_text("has not arrived")
    visit.page.clock.fast_forward(61_000)
    expect(visit.row("left.pdf")).to_contain_text("The file has not arrived")
    visit.open("left.pdf")
    expect(visit.page.get_by_text("add it again")).to_be_visible()


def test_a_cancelled_upload_leaves_a_cancelled_document(visit: Visit) -> None:
    # Storage takes the file and never answers.
    visit.page.route(re.compile(r"/[a-z-]*uploads[a-z-]*/?$"), lambda _route: None)
    visit.upload(scan("held.pdf", slip("Held")))
    row = visit.row("held.pdf")
    expect(row).to_contain_text("Uploading")
    row.get_by_role("button", name="Cancel held.pdf").click()
    visit.wait_for("held.pdf", "cancelled")
