"""Cancelling and retrying a document: the change is committed with its messages, and these are sent."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from docpipe.pipeline.publish import Publisher
from docpipe.stores import LifecycleStore


@dataclass(frozen=True, slots=True)
class Changes:
    """What changing documents works with."""

    store: LifecycleStore
    publisher: Publisher


def cancel_document(tenant_id: str, document_id: UUID, *, actor: str, deps: Changes) -> None:
    """Cancel a document. Raises as ``LifecycleStore.cancel``."""
    deps.store.cancel(tenant_id, document_id, actor=actor)
    deps.publisher.flush()


def retry_document(tenant_id: str, document_id: UUID, *, actor: str, deps: Changes) -> None:
    """Have a document's failed work done again. Raises as ``LifecycleStore.retry``."""
    deps.store.retry(tenant_id, document_id, actor=actor)
    deps.publisher.flush()
