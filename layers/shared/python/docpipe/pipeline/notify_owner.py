"""Telling the owner that a document has ended: one e-mail, with a link and a count, and no health data."""

from __future__ import annotations

from dataclasses import dataclass

from docpipe.domain.document import DocumentStatus
from docpipe.messages import DocumentEvent
from docpipe.pipeline.mails import mail_for
from docpipe.services import Mailer, MessageQueue
from docpipe.stores import NotificationStore

_CHANNEL = "email"
_TOLD_OF = frozenset(
    {
        DocumentStatus.COMPLETED,
        DocumentStatus.COMPLETED_WITH_FAILURES,
        DocumentStatus.FAILED,
        DocumentStatus.EXPIRED,
    }
)


@dataclass(frozen=True, slots=True)
class Notification:
    """What notifying works with. ``web_url`` is where the documents are shown."""

    store: NotificationStore
    mailer: Mailer
    queue: MessageQueue
    web_url: str


def notify_owner(event: DocumentEvent, deps: Notification) -> bool:
    """Send the e-mail of a final event, once however often the event comes.

    Returns:
        Whether an e-mail was sent now.

    Raises:
        MailError, CapacityError: it could not be sent; the event may be delivered again.
    """
    if event.status not in _TOLD_OF:
        return False
    recipient = deps.store.claim(event.event_id, _CHANNEL, event.document_id)
    if recipient is None:
        return False
    delivered = False
    try:
        deps.mailer.send(mail_for(event, recipient, web_url=deps.web_url))
        delivered = True
    finally:
        if not delivered:
            deps.store.unclaim(event.event_id, _CHANNEL)
    deps.store.sent(event.event_id, _CHANNEL)
    return True
