"""What an owner may do with a document beside reading it: cancel, retry, erase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away: numbers for the audit."""

    pages: int
    objects: int


class LifecycleStore(Protocol):
    """Changes of a tenant's document that its owner asks for.

    Every method raises DocumentNotFoundError when the tenant has no such document.
    """

    def cancel(self, tenant_id: str, document_id: UUID, *, actor: str) -> None:
        """Cancel a document; workers on it stop at their next page. One that is cancelled already stays so.

        Raises:
            NotCancellableError: it has ended otherwise.
        """

    def retry(self, tenant_id: str, document_id: UUID, *, actor: str) -> None:
        """Have the failed work done again, and no other: failed pages, failed chunks, or the failed stage.

        Raises:
            NotRetryableError: it has not failed, or would fail again for the same reason.
        """

    def stop(self, tenant_id: str, document_id: UUID) -> None:
        """Take the document from whoever works on it, so that it can be erased."""

    def forget(self, tenant_id: str, document_id: UUID, *, actor: str, objects: int) -> Erased:
        """Delete the document's rows, keep an audit row, and note that its objects are looked for once more.

        Args:
            objects: how many object versions were deleted before.
        """


class ErasureStore(Protocol):
    """Erasures whose objects have to be looked for once more."""

    def due(self, *, limit: int) -> list[UUID]:
        """Documents whose last possible writer has ended."""

    def erased(self, document_id: UUID) -> None:
        """Nothing of the document is left."""
