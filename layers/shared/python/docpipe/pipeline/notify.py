"""Finding whom to tell of an event: what is to be sent is left in the outbox, each delivery once."""

from __future__ import annotations

from dataclasses import dataclass

from docpipe.messages import DocumentEvent
from docpipe.pipeline.publish import Publisher
from docpipe.stores import NotificationStore


@dataclass(frozen=True, slots=True)
class Notification:
    """What notifying works with."""

    store: NotificationStore
    publisher: Publisher


def notify(event: DocumentEvent, deps: Notification) -> int:
    """Order the deliveries of an event, once however often it comes; returns how many were ordered now.

    Raises:
        QueueError, CapacityError: they were ordered, and are sent at the event's next delivery or by the sweeper.
    """
    ordered = deps.store.order_mails(event) if event.status.is_final else 0
    deps.publisher.flush()
    return ordered
