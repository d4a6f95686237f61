"""Cursors of lists: where the last page ended, as text that callers hand back unread."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from uuid import UUID

from docpipe.domain.errors import CursorError


def encode(*values: str | int) -> str:
    """A cursor that holds these values."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type[str] | type[int]) -> tuple[str | int, ...]:
    """The values in a cursor.

    Raises:
        CursorError: it does not hold values of these kinds.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise CursorError from None
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise CursorError
    return tuple(values)


def place_in_time(cursor: str) -> tuple[datetime, UUID]:
    """The time and the id in a cursor of a list that is ordered by both.

    Raises:
        CursorError: it does not hold them.
    """
    time, row_id = decode(cursor, str, str)
    try:
        place = datetime.fromisoformat(str(time)), UUID(str(row_id))
    except ValueError:
        raise CursorError from None
    if place[0].tzinfo is None:
        raise CursorError
    return place
