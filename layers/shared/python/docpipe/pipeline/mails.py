"""The wording of e-mails. They name no file and quote no text: a link, a count, and what to do."""

from __future__ import annotations

from html import escape

from docpipe.domain.document import DocumentStatus
from docpipe.messages import DocumentEvent
from docpipe.services import Mail
from docpipe.stores import Recipient

_SUBJECTS = {
    DocumentStatus.COMPLETED: "Your document is ready",
    DocumentStatus.COMPLETED_WITH_FAILURES: "Your document is ready, but some pages could not be read",
    DocumentStatus.FAILED: "Your document could not be read",
    DocumentStatus.EXPIRED: "Your upload did not arrive",
}


def mail_for(event: DocumentEvent, recipient: Recipient, *, web_url: str) -> Mail:
    """The e-mail that tells ``recipient`` of ``event``, in plain text and in HTML."""
    subject = _SUBJECTS[event.status]
    what = _what_happened(event, recipient)
    link = f"{web_url.rstrip('/')}/documents/{event.document_id}"
    return Mail(
        recipient=recipient.email,
        subject=subject,
        text=f"{what}\n\n{link}\n",
        html=(
            f'<!doctype html><html lang="en"><title>{escape(subject)}</title>'
            f'<p>{escape(what)}</p><p><a href="{escape(link)}">Open the document</a></p></html>'
        ),
    )


def _what_happened(event: DocumentEvent, recipient: Recipient) -> str:
    if event.status is DocumentStatus.COMPLETED:
        return f"Pages read: {event.page_count or 0:,}."
    if event.status is DocumentStatus.COMPLETED_WITH_FAILURES:
        read = (event.page_count or 0) - event.pages_failed
        return f"Pages read: {read:,}. Pages that could not be read: {event.pages_failed:,}; the document says why."
    return recipient.message or "The document could not be processed. Upload it again."
