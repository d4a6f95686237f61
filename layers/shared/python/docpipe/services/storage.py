"""Object storage, and how files come into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What storage says of an object."""

    byte_size: int
    version_id: str | None


class ObjectStore(Protocol):
    """One bucket."""

    def download(
        self, key: str, path: Path, version_id: str | None = None, *, most_bytes: int | None = None
    ) -> StoredObject:
        """Write an object to a file, a piece at a time; returns what is known of it.

        Args:
            most_bytes: a larger object is not fetched.

        Raises:
            UploadMissingError: there is no such object.
            UploadArchivedError: it must be restored from an archive first.
            FileTooLargeError: the object is larger than ``most_bytes``.
            StorageError: the object could not be read.
            CapacityError: storage is throttling.
        """

    def get(self, key: str) -> bytes:
        """A small object's bytes. Raises as ``download``."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store a small object.

        Raises:
            StorageError: the object could not be written.
            CapacityError: storage is throttling.
        """

    def upload(self, key: str, path: Path, content_type: str, filename: str | None = None) -> None:
        """Store a file, a piece at a time; ``filename`` is what a browser will save it as. Raises as ``put``."""

    def holds(self, key: str) -> bool:
        """Whether there is an object of that key, asked without the right to read it.

        Raises:
            StorageError, CapacityError: storage does not say.
        """

    def erase(self, prefix: str) -> int:
        """Delete every version of every object whose key begins with ``prefix``; returns how many versions.

        Raises:
            StorageError: some could not be deleted.
            CapacityError: storage is throttling.
        """


class Links(Protocol):
    """Addresses of one bucket's objects."""

    def link(self, key: str, *, expires_s: int) -> str:
        """An address from which whoever has it may fetch an object for ``expires_s`` seconds; no browser keeps it."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A presigned POST: send ``fields`` in order, then the file as ``file``, as multipart/form-data to ``url``."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


class UploadDesk(Protocol):
    """Hands out forms by which a browser uploads straight to the uploads bucket."""

    def form(self, key: str, *, max_bytes: int, content_type: str | None, expires_s: int) -> UploadForm:
        """A form for one object, that refuses an empty file, one over ``max_bytes``, and another type."""
