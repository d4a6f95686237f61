"""News for open pages: of each document that changed, where it stands now; and of those that wait, their places.

Events only say which documents to look at: however many came, and in whichever order, a page is told
once and the newest. News are not kept: a page that missed some asks when it connects again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from docpipe.answers.documents import Document, document_news, gone_news
from docpipe.domain import lanes
from docpipe.domain.errors import CapacityError, QueueError
from docpipe.messages import EventKind, Push
from docpipe.services import MessageQueue
from docpipe.stores import Envelope, PushStore, TenantNews

MOVING = frozenset({EventKind.QUEUED, EventKind.PROCESSING, EventKind.FAILED, EventKind.CANCELLED})
"""Events after which others have another place in the queue."""

_EVERY_S = 5
"""A tenant's places are told this often at most; the sweeper tells the last of them within a minute."""

_TENANTS = 20
_PLACES = 25
"""Bounds of one look: tenants, and of each its next documents. Pages show more of them only when asked to."""


@dataclass(frozen=True, slots=True)
class Pushing:
    """What telling open pages works with."""

    store: PushStore
    queue: MessageQueue


def push_changes(documents: Collection[UUID], deps: Pushing, *, moved: bool) -> int:
    """Tell of documents that changed and, when some ``moved`` in the queue, of those that wait; returns of how many.

    Raises:
        QueueError, CapacityError: the news could not be sent; the events may come again.
    """
    news = list(deps.store.changed(documents))
    if moved:
        news += _waiting(deps)
    return _send(news, deps)


def push_places(deps: Pushing) -> int:
    """Tell of documents that wait; returns of how many. A queue that does not take it is no reason to stop."""
    with suppress(QueueError, CapacityError):
        return _send(_waiting(deps), deps)
    return 0


def push_gone(tenant_id: str, document_id: UUID, queue: MessageQueue) -> None:
    """Tell that a document was erased. A queue that does not take it is no reason to fail: it is erased."""
    with suppress(QueueError, CapacityError):
        queue.send([_envelope(tenant_id, [gone_news(document_id)])])


def _waiting(deps: Pushing) -> Sequence[TenantNews]:
    return deps.store.waiting(every_s=_EVERY_S, tenants=_TENANTS, documents=_PLACES)


def _send(news: Sequence[TenantNews], deps: Pushing) -> int:
    messages = [
        (told.tenant_id, [document_news(Document.model_validate(view)) for view in told.documents]) for told in news
    ]
    if messages:
        deps.queue.send([_envelope(tenant_id, of_tenant) for tenant_id, of_tenant in messages])
    return sum(len(of_tenant) for _, of_tenant in messages)


def _envelope(tenant_id: str, messages: list[dict[str, Any]]) -> Envelope:
    """The group is opaque: a tenant's id may be anything, an e-mail address even."""
    group = hashlib.sha256(tenant_id.encode()).hexdigest()[:32]
    return Envelope(lanes.DELIVERIES, Push(tenant_id=tenant_id, messages=tuple(messages)).model_dump_json(), group)
