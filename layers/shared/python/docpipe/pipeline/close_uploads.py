"""Uploads that are overdue: looked for in storage, and only what is not there is given up.

S3 tells of a file once, by a message that may wait for hours while the database is away, or be lost. So a
document expires for want of its file, never for want of that message.
"""

from __future__ import annotations

from dataclasses import dataclass

from docpipe.domain.keys import upload_key
from docpipe.services import ObjectStore
from docpipe.stores import AwaitedUploadStore

_GRACE_S = 900
"""After a form has run out: an upload begun in its last second may take so long, and its event too."""

_AT_ONCE = 200
"""Documents looked at in one sweep, at a call to S3 each; the next follows in a minute."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What overdue uploads are looked for with."""

    store: AwaitedUploadStore
    uploads: ObjectStore


@dataclass(frozen=True, slots=True)
class Closed:
    """How many documents expired, and how many had their file and were announced again."""

    expired: int
    found: int


def close_uploads(deps: Closing) -> Closed:
    """Look for the files of overdue uploads.

    Raises:
        StorageError, CapacityError: storage does not say; the next sweep goes on.
    """
    expired = found = 0
    for document_id in deps.store.overdue(grace_s=_GRACE_S, limit=_AT_ONCE):
        if deps.uploads.holds(upload_key(document_id)):
            deps.store.announce(document_id)
            found += 1
        else:
            expired += deps.store.expire(document_id)
    return Closed(expired, found)
