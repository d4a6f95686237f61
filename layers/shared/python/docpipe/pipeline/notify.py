"""Finding whom to tell of what happened: what is to be sent is left in the outbox, each delivery once."""

from __future__ import annotations

from dataclasses import dataclass
from random import random

from docpipe.messages import DocumentEvent, Happening, WebhookReport
from docpipe.pipeline.publish import Publisher
from docpipe.stores import NotificationStore, WebhookDeliveryStore


@dataclass(frozen=True, slots=True)
class Notification:
    """What notifying works with."""

    store: NotificationStore
    webhooks: WebhookDeliveryStore
    publisher: Publisher


def notify(happening: Happening, deps: Notification) -> str:
    """Order the deliveries that follow, once however often the news comes; returns what came of it, in a word.

    Raises:
        QueueError, CapacityError: they were ordered, and are sent when the news comes again or by the sweeper.
    """
    ordered = 0
    if isinstance(happening, DocumentEvent):
        ordered = deps.webhooks.order(happening)
        if happening.status.is_final:
            ordered += deps.store.order_for_end(happening)
    elif isinstance(happening, WebhookReport):
        deps.webhooks.note(happening, chance=random())  # noqa: S311 - spreads load, guards nothing
    deps.publisher.flush()
    return f"ordered {ordered}"
