"""Finding whom to tell of what happened: what is to be sent is left in the outbox, each delivery once."""

from __future__ import annotations

from dataclasses import dataclass
from random import random

from docpipe.messages import DocumentEvent, Happening, WebhookReport
from docpipe.pipeline.invocation import Invocation
from docpipe.pipeline.publish import Publisher
from docpipe.stores import NotificationStore, WebhookDeliveryStore


@dataclass(frozen=True, slots=True)
class Notification:
    """What notifying works with."""

    store: NotificationStore
    webhooks: WebhookDeliveryStore
    publisher: Publisher


def notify(happening: Happening, invocation: Invocation, deps: Notification) -> str:
    """Order the deliveries that follow, once however often the news comes; returns what came of it, in a word.

    Raises:
        QueueError, CapacityError: they were ordered, and are sent when the news comes again or by the sweeper.
    """
    if isinstance(happening, WebhookReport):
        deps.webhooks.note(happening, chance=random())  # noqa: S311 - spreads load, guards nothing
        deps.publisher.flush()
        return "noted"
    ordered = 0
    if isinstance(happening, DocumentEvent):
        ordered = deps.webhooks.order(happening)
        if happening.status.is_final:
            ordered += deps.store.order_for_end(happening)
    # Most news concern nobody; of such as came before, what was ordered then may not have been sent.
    if ordered or invocation.receive_count > 1:
        deps.publisher.flush()
    return f"ordered {ordered}"
