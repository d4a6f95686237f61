"""What e-mails say: a link, a count, what to do; safe in any reader, and nothing of a document."""

from __future__ import annotations

from html.parser import HTMLParser
from uuid import UUID, uuid4

import pytest

from docpipe.domain.document import DocumentStatus
from docpipe.domain.webhooks import Disabled
from docpipe.messages import BatchNotice, DocumentNotice, MailDelivery, WebhookNotice
from docpipe.pipeline.channels.mail_wording import mail_for
from docpipe.services import Mail

DOCUMENT = UUID("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")
WEB = "https://docs.example"
TOLD_OF = [status for status in DocumentStatus if status.is_final and status is not DocumentStatus.CANCELLED]


def mail(notice: DocumentNotice | BatchNotice | WebhookNotice, web_url: str = WEB) -> Mail:
    return mail_for(MailDelivery(mail_id=uuid4(), recipient="owner@example.org", notice=notice), web_url=web_url)


def document(status: DocumentStatus, *, pages: int = 1_234, failed: int = 0, reason: str | None = None) -> Mail:
    return mail(
        DocumentNotice(document_id=DOCUMENT, status=status, page_count=pages, pages_failed=failed, reason=reason)
    )


def batch(counts: dict[DocumentStatus, int]) -> Mail:
    return mail(BatchNotice(batch_id=DOCUMENT, counts=counts))


class Reader(HTMLParser):
    """What an HTML e-mail holds: elements, addresses, words. Elements left open are an error."""

    VOID = frozenset({"meta", "hr", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        assert self.opened == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_finished_document_is_told_by_its_pages_and_a_link() -> None:
    told = document(DocumentStatus.COMPLETED)
    assert told.subject == "Your document is ready"
    assert told.text == (
        f"Pages read: 1,234.\n\nOpen the document:\n{WEB}/documents/{DOCUMENT}\n\n"
        f"-- \nYou can turn these e-mails off in the settings:\n{WEB}/settings\n"
    )


def test_pages_that_failed_are_counted() -> None:
    told = document(DocumentStatus.COMPLETED_WITH_FAILURES, pages=10, failed=3)
    assert "Pages read: 7." in told.text
    assert "could not be read: 3." in told.text


def test_a_failure_says_what_to_do() -> None:
    assert "Save a copy" in document(DocumentStatus.FAILED, reason="The file is protected. Save a copy.").text
    assert "Upload it again" in document(DocumentStatus.FAILED).text


@pytest.mark.parametrize(
    ("counts", "subject"),
    [
        ({DocumentStatus.COMPLETED: 1_200}, "Your 1,200 documents are ready"),
        ({DocumentStatus.COMPLETED: 2, DocumentStatus.COMPLETED_WITH_FAILURES: 1}, "Your 3 documents are ready"),
        ({DocumentStatus.COMPLETED: 3, DocumentStatus.FAILED: 2}, "3 of 5 documents are ready"),
        ({DocumentStatus.EXPIRED: 2}, "0 of 2 documents are ready"),
    ],
)
def test_a_batch_is_told_as_a_whole(counts: dict[DocumentStatus, int], subject: str) -> None:
    assert batch(counts).subject == subject


def test_a_batch_is_counted_by_how_its_documents_ended() -> None:
    told = batch({DocumentStatus.FAILED: 2, DocumentStatus.COMPLETED: 3, DocumentStatus.CANCELLED: 1})
    assert told.text.startswith("Ready: 3.\nCould not be read: 2.\nCancelled: 1.\n")
    assert f"{WEB}/batches/{DOCUMENT}" in told.text


@pytest.mark.parametrize("status", TOLD_OF)
def test_both_forms_say_the_same_and_lead_to_the_same(status: DocumentStatus) -> None:
    told = document(status, failed=2, reason="It is damaged.")
    read = Reader(told.html)
    links = [attributes["href"] for element, attributes in read.elements if element == "a"]
    assert links == [f"{WEB}/documents/{DOCUMENT}", f"{WEB}/settings"]
    assert all(link and link in told.text for link in links)
    for line in told.text.partition("\n\n")[0].splitlines():
        assert line in read.words


@pytest.mark.parametrize("status", TOLD_OF)
def test_html_is_plain_readable_in_light_and_dark_and_follows_nobody(status: DocumentStatus) -> None:
    html = document(status).html
    elements = Reader(html).elements
    names = [name for name, _ in elements]
    assert ("html", {"lang": "en"}) in elements
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in elements
    assert (names.count("h1"), names.count("title")) == (1, 1)
    assert not {"img", "script", "link", "style", "iframe", "form"} & set(names)
    assert "color:" not in html
    assert "background" not in html


def test_what_stands_in_a_reason_is_never_markup() -> None:
    told = document(DocumentStatus.FAILED, reason='<b onclick="x">Save & upload</b>')
    assert "<b " not in told.html
    assert '<b onclick="x">Save & upload</b>' in Reader(told.html).words


@pytest.mark.parametrize(("reason", "why"), [(Disabled.GONE, "gone"), (Disabled.FAILING, "failed")])
def test_the_owner_of_a_disabled_webhook_learns_which_and_why_and_what_to_do(reason: Disabled, why: str) -> None:
    told = mail(WebhookNotice(webhook_id=DOCUMENT, host="clinic.example", reason=reason))
    assert f"The webhook {DOCUMENT} at clinic.example is told nothing any more." in told.text
    assert why in told.text
    assert "enable it again" in told.text
