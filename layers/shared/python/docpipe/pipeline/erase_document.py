"""Erasing a document: its objects in every version, its rows, and, once no worker can be left, its objects again.

A worker that was stopped may still be storing the page it has in hand, and a form handed out before may
still be used. So the sweeper looks for objects of erased documents once more, after both have become
impossible; only the audit then tells that there was a document.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from docpipe.domain.keys import results_prefix, upload_key
from docpipe.services import ObjectStore
from docpipe.stores import Erased, ErasureStore, LifecycleStore

_AT_ONCE = 50
"""Erasures looked at in one sweep; the next follows in a minute."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where objects of documents lie."""

    uploads: ObjectStore
    results: ObjectStore

    def clear(self, document_id: UUID) -> int:
        """Delete every version of every object of a document; returns how many versions.

        Raises:
            StorageError, CapacityError: some could not be deleted; calling again goes on.
        """
        return self.uploads.erase(upload_key(document_id)) + self.results.erase(results_prefix(document_id))


def erase_document(tenant_id: str, document_id: UUID, *, actor: str, store: LifecycleStore, shelves: Shelves) -> Erased:
    """Erase a document. What fails half-way can be repeated: the rows go last.

    Raises:
        DocumentNotFoundError: the tenant has no such document.
        StorageError, CapacityError: not all objects could be deleted; the document is still there.
    """
    store.stop(tenant_id, document_id)
    objects = shelves.clear(document_id)
    return store.forget(tenant_id, document_id, actor=actor, objects=objects)


def finish_erasures(store: ErasureStore, shelves: Shelves) -> int:
    """Look once more for objects of erased documents; returns how many object versions were found."""
    found = 0
    for document_id in store.due(limit=_AT_ONCE):
        found += shelves.clear(document_id)
        store.erased(document_id)
    return found
