"""What open pages are told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from docpipe.stores.catalog import DocumentView


@dataclass(frozen=True, slots=True)
class TenantNews:
    """Documents of a tenant as they stand now. Their failed pages are left out."""

    tenant_id: str
    documents: tuple[DocumentView, ...]


class PushStore(Protocol):
    """Finds what open pages are to be told of, over all tenants."""

    def changed(self, documents: Collection[UUID]) -> Sequence[TenantNews]:
        """Those of these documents that exist and may be followed by an open page, as they stand now."""

    def waiting(self, *, every_s: int, tenants: int, documents: int) -> Sequence[TenantNews]:
        """Documents that wait, whose places may have changed, and that an open page may follow.

        Args:
            every_s: a tenant told within so many seconds is left out.
            tenants: how many tenants are told at most; those told longest ago go first.
            documents: of each of them, how many at most; those next in the queue go first.
        """
