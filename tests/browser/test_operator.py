"""The operator's view: numbers of the whole system, and dead letters that are tried again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from local.names import resource_name
from local.runtime import Runtime
from tests.browser.conftest import Visiting
from tests.support.browsing import Visit
from tests.support.uploads import scan, slip

pytestmark = pytest.mark.xdist_group("browser")


def given_up(runtime: Runtime) -> None:
    """A dead letter: an event of a document that is not there any more, which does no harm when it is sent again."""
    event = {
        "kind": "document_event",
        "event_id": str(uuid4()),
        "event": "document.progress",
        "document_id": str(uuid4()),
        "status": "processing",
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    sqs = runtime.client("sqs")
    url = sqs.get_queue_url(QueueName=resource_name("events-dlq"))["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))


def test_an_operator_sees_the_system_and_redrives(runtime: Runtime, visiting: Visiting) -> None:
    visit = visiting(role="admin")
    visit.go()
    visit.upload(scan("counted.pdf", slip("Counted")), {"name": "bad.pdf", "mimeType": "", "buffer": b"no PDF"})
    visit.wait_for("counted.pdf", "completed")
    visit.wait_for("bad.pdf", "failed")
    given_up(runtime)
    visit.page.get_by_role("link", name="Operator").click()
    for lane in ("small", "small-priority", "medium", "medium-priority", "large", "large-priority"):
        expect(visit.page.get_by_test_id(f"lane-ocr-{lane}")).to_be_visible()
    expect(visit.page.get_by_text("Format unsupported")).to_be_visible()
    expect(visit.page.locator(".tile", has_text="Cost today")).to_contain_text("$0.0")
    expect(visit.page.locator("canvas")).to_have_count(2)
    button = visit.page.get_by_role("button", name="Try the dead letters of events again")
    button.click()
    expect(visit.page.get_by_test_id("announcement")).to_contain_text("went back to the queue")
    expect(button).to_have_count(0)


def test_others_are_told_that_it_is_not_for_them(visit: Visit) -> None:
    expect(visit.page.get_by_role("link", name="Operator")).to_have_count(0)
    visit.go("#/operator")
    expect(visit.page.get_by_text("This is for operators")).to_be_visible()


def test_a_role_can_be_tried_on_this_machine(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Account").click()
    visit.page.get_by_role("radio", name="admin").check()
    expect(visit.page.get_by_role("link", name="Operator")).to_be_visible()
