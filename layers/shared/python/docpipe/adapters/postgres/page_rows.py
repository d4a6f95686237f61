"""Writing a page's reading as a row of ``pages``."""

from __future__ import annotations

import json
from uuid import UUID

from psycopg.types.json import Jsonb

from docpipe.adapters.postgres.rows import Cursor
from docpipe.domain.page import PageReading, Word


def insert_page(cursor: Cursor, document_id: UUID, reading: PageReading, image_key: str | None) -> bool:
    """Insert the page unless it is there; returns whether it was inserted."""
    cursor.execute(
        """INSERT INTO pages (document_id, page_number, source, reason, error_code, text, words,
                              mean_confidence, dpi, rotation, width, height, image_key, duration_ms, script,
                              words_to_check)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (document_id, page_number) DO NOTHING""",
        (
            document_id,
            reading.page_number,
            reading.source,
            reading.reason,
            reading.error_code,
            reading.text,
            Jsonb([_word(word) for word in reading.words], dumps=_dumps),
            reading.mean_confidence,
            reading.dpi,
            reading.rotation,
            reading.width,
            reading.height,
            image_key,
            reading.duration_ms,
            reading.script,
            reading.words_to_check,
        ),
    )
    return cursor.rowcount == 1


def _word(word: Word) -> dict[str, object]:
    """A word as it is stored: hundredths of a point and tenths of a percent are finer than any scanner.

    Field by field, for ``dataclasses.asdict`` copies each value deeply: a page has hundreds of words.
    """
    return {
        "text": word.text,
        "x0": round(word.x0, 2),
        "y0": round(word.y0, 2),
        "x1": round(word.x1, 2),
        "y1": round(word.y1, 2),
        "confidence": round(word.confidence, 1),
        "line": word.line,
    }


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
