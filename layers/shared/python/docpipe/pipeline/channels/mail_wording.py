"""The wording of e-mails. They name no file and quote no text: a link, a count, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from docpipe.domain.document import DocumentStatus
from docpipe.domain.webhooks import Disabled
from docpipe.messages import BatchNotice, DocumentNotice, MailDelivery, WebhookNotice
from docpipe.services import Mail

_SUBJECTS = {
    DocumentStatus.COMPLETED: "Your document is ready",
    DocumentStatus.COMPLETED_WITH_FAILURES: "Your document is ready, but some pages could not be read",
    DocumentStatus.FAILED: "Your document could not be read",
    DocumentStatus.EXPIRED: "Your upload did not arrive",
}
_COUNTED = {
    DocumentStatus.COMPLETED: "Ready",
    DocumentStatus.COMPLETED_WITH_FAILURES: "Ready, with pages that could not be read",
    DocumentStatus.FAILED: "Could not be read",
    DocumentStatus.EXPIRED: "Never arrived",
    DocumentStatus.CANCELLED: "Cancelled",
}
"""In the order of the e-mail."""

_OPT_OUT = "You can turn these e-mails off in the settings"

# Colours are left to the reader's own: that is what suits light and dark.
_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
</head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 1em auto; padding: 0 1em">
<h1 style="font-size: 1.25em">{subject}</h1>
{body}
<p><a href="{link}">{action}</a></p>
<hr>
<p style="font-size: 0.875em">{opt_out}: <a href="{settings}">{settings}</a></p>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class _Content:
    """What an e-mail says. ``path`` is where its link leads, ``action`` what the link is called."""

    subject: str
    lines: tuple[str, ...]
    path: str
    action: str


def mail_for(delivery: MailDelivery, *, web_url: str) -> Mail:
    """The e-mail of a delivery, in plain text and in HTML, with links to the page at ``web_url``."""
    notice = delivery.notice
    content = _content(notice)
    root = web_url.rstrip("/")
    link, settings = f"{root}/{content.path}", f"{root}/settings"
    told = "\n".join(content.lines)
    return Mail(
        recipient=delivery.recipient,
        subject=content.subject,
        text=f"{told}\n\n{content.action}:\n{link}\n\n-- \n{_OPT_OUT}:\n{settings}\n",
        html=_HTML.format(
            subject=escape(content.subject),
            body="\n".join(f"<p>{escape(line)}</p>" for line in content.lines),
            link=escape(link),
            action=escape(content.action),
            opt_out=_OPT_OUT,
            settings=escape(settings),
        ),
    )


def _content(notice: DocumentNotice | BatchNotice | WebhookNotice) -> _Content:
    if isinstance(notice, BatchNotice):
        return _of_batch(notice)
    return _of_webhook(notice) if isinstance(notice, WebhookNotice) else _of_document(notice)


def _of_document(notice: DocumentNotice) -> _Content:
    return _Content(
        subject=_SUBJECTS[notice.status],
        lines=_what_happened(notice),
        path=f"documents/{notice.document_id}",
        action="Open the document",
    )


def _what_happened(notice: DocumentNotice) -> tuple[str, ...]:
    pages = notice.page_count or 0
    if notice.status is DocumentStatus.COMPLETED:
        return (f"Pages read: {pages:,}.",)
    if notice.status is DocumentStatus.COMPLETED_WITH_FAILURES:
        read = pages - notice.pages_failed
        return (
            f"Pages read: {read:,}.",
            f"Pages that could not be read: {notice.pages_failed:,}. The document says why, page by page.",
        )
    return (notice.reason or "The document could not be processed. Upload it again.",)


def _of_batch(notice: BatchNotice) -> _Content:
    counts, total = notice.counts, sum(notice.counts.values())
    ready = sum(number for status, number in counts.items() if status.has_result)
    subject = f"Your {total:,} documents are ready" if ready == total else f"{ready:,} of {total:,} documents are ready"
    return _Content(
        subject=subject,
        lines=tuple(f"{told}: {counts[status]:,}." for status, told in _COUNTED.items() if counts.get(status)),
        path=f"batches/{notice.batch_id}",
        action="Open the documents",
    )


def _of_webhook(notice: WebhookNotice) -> _Content:
    why = (
        "It answered that it is gone (410)."
        if notice.reason is Disabled.GONE
        else "Several deliveries in a row failed at every attempt, over many hours."
    )
    return _Content(
        subject="A webhook was disabled",
        lines=(
            f"The webhook {notice.webhook_id} at {notice.host} is told nothing any more.",
            why,
            "Once its address answers, enable it again. What happened meanwhile can be asked for through the API.",
        ),
        path="settings",
        action="Open the settings",
    )
