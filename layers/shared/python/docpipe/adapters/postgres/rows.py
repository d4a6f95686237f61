"""Rows, as statements find them."""

from __future__ import annotations

from typing import TypeAlias

import psycopg
from psycopg.rows import DictRow

Cursor: TypeAlias = psycopg.Cursor[DictRow]


def sure_row(cursor: Cursor) -> DictRow:
    """The row of the last statement, which is sure to have found one: it is locked, was just written, or is held.

    Raises:
        LookupError: it is not there, whatever locks and schema promise.
    """
    row = cursor.fetchone()
    if row is None:
        raise LookupError("A row that was sure to be there is not.")
    return row
