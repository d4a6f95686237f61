"""Cancelling, retrying and deleting on the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from local.runtime import Runtime
from tests.support.browsing import Visit
from tests.support.uploads import partly_damaged, scan, slip

pytestmark = pytest.mark.xdist_group("browser")


def test_a_failed_page_says_why_and_is_retried_alone(visit: Visit) -> None:
    visit.upload(partly_damaged("torn.pdf"))
    row = visit.wait_for("torn.pdf", "completed_with_failures")
    expect(row).to_contain_text("1 failed")
    visit.open("torn.pdf")
    failed = visit.page.locator("#page-2")
    expect(failed).to_contain_text("This page is damaged and cannot be drawn. Scan the page again.")
    expect(visit.page.locator("#page-3").get_by_role("group")).to_contain_text("Sound page 3")
    with visit.page.expect_response(re.compile("/retry$")) as retried:
        visit.page.get_by_role("button", name="Retry failed pages").click()
    assert retried.value.json()["status"] == "processing"
    assert retried.value.json()["pages_done"] == 2
    expect(visit.page.locator(".document-title .pill")).to_have_text("Done, some pages failed")


def test_a_document_of_which_nothing_was_read_has_failed_and_can_be_tried_again(visit: Visit) -> None:
    visit.upload(partly_damaged("lost.pdf", damaged=(1, 2, 3)))
    row = visit.wait_for("lost.pdf", "failed")
    expect(row).to_contain_text("None of the 3 pages could be read. Page 1: This page is damaged")
    with visit.page.expect_response(re.compile("/retry$")) as retried:
        row.get_by_role("button", name="Retry lost.pdf").click()
    assert retried.value.json()["status"] == "processing"
    visit.wait_for("lost.pdf", "failed")
    visit.open("lost.pdf")
    expect(visit.page.locator("#page-3")).to_contain_text("This page is damaged and cannot be drawn.")
    expect(visit.page.get_by_role("button", name="Searchable PDF")).to_have_count(0)


def test_a_document_in_work_is_cancelled(visit: Visit) -> None:
    visit.upload(scan("long.pdf", *(slip(f"Sheet {number}") for number in range(1, 41))))
    visit.wait_for("long.pdf", "processing")
    visit.page.get_by_role("button", name="Cancel long.pdf").click()
    row = visit.wait_for("long.pdf", "cancelled")
    # What had been read stays readable.
    expect(row.get_by_role("button", name="Delete long.pdf")).to_be_visible()


def test_deleting_asks_first_and_then_leaves_nothing(visit: Visit, runtime: Runtime) -> None:
    visit.upload(scan("unwanted.pdf", slip("Unwanted")))
    row = visit.wait_for("unwanted.pdf", "completed")
    document_id = row.get_attribute("data-id")
    button = visit.page.get_by_role("button", name="Delete unwanted.pdf")
    button.click()
    dialog = visit.page.get_by_role("dialog", name="Delete this document?")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    visit.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    # The keyboard is where it was.
    expect(button).to_be_focused()
    button.click()
    dialog.get_by_role("button", name="Delete for good").click()
    expect(visit.row("unwanted.pdf")).to_have_count(0)
    expect(visit.page.get_by_test_id("announcement")).to_have_text("The document is deleted.")
    buckets = [bucket["Name"] for bucket in runtime.client("s3").list_buckets()["Buckets"]]
    keys = [
        entry["Key"]
        for bucket in buckets
        for entry in runtime.client("s3").list_object_versions(Bucket=bucket).get("Versions", [])
    ]
    assert not [key for key in keys if str(document_id) in key]


def test_after_a_deletion_the_keyboard_goes_on_at_the_document_beside_it(visit: Visit) -> None:
    visit.upload(scan("first.pdf", slip("First")), scan("second.pdf", slip("Second")))
    for name in ("first.pdf", "second.pdf"):
        visit.wait_for(name, "completed")
    for name, left in (("second.pdf", visit.page.get_by_role("link", name="first.pdf")), ("first.pdf", None)):
        visit.page.get_by_role("button", name=f"Delete {name}").click()
        visit.page.get_by_role("button", name="Delete for good").click()
        expect(visit.row(name)).to_have_count(0)
        expect(left or visit.page.get_by_role("main")).to_be_focused()


def test_a_document_deleted_elsewhere_leaves_its_view(visit: Visit) -> None:
    visit.go("#/documents/00000000-0000-4000-8000-000000000000")
    expect(visit.page.get_by_text("There is no such document")).to_be_visible()
    visit.page.get_by_role("link", name="All documents").click()
    expect(visit.page.get_by_role("heading", level=1)).to_be_focused()
