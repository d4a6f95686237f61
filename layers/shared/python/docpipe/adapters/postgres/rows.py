"""Rows, as statements find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import psycopg
from psycopg.rows import DictRow

Cursor: TypeAlias = psycopg.Cursor[DictRow]

Ask: TypeAlias = Callable[[str, Mapping[str, Any] | Sequence[Any]], list[DictRow]]
"""Gives the rows of a statement: ``Database.rows``, or ``within`` a transaction."""


def within(cursor: Cursor) -> Ask:
    """What asks within the transaction of a cursor."""
    return lambda statement, values: cursor.execute(statement, values).fetchall()


def sure_row(cursor: Cursor) -> DictRow:
    """The row of the last statement, which is sure to have found one: it is locked, was just written, or is held.

    Raises:
        LookupError: it is not there, whatever locks and schema promise.
    """
    row = cursor.fetchone()
    if row is None:
        raise LookupError("A row that was sure to be there is not.")
    return row
