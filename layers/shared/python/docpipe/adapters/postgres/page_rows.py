"""Writing a page's reading as a row of ``pages``."""

from __future__ import annotations

import json
from uuid import UUID

from psycopg.types.json import Jsonb

from docpipe.adapters.postgres.rows import Cursor
from docpipe.domain.page import PageReading, Word

_quoted = json.JSONEncoder(ensure_ascii=False).encode
"""One encoder for all words: ``json.dumps`` makes one at each call that asks for other than its defaults."""


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
            Jsonb(reading.words, dumps=_as_json),
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


def _as_json(words: tuple[Word, ...]) -> str:
    """Words as they are stored: hundredths of a point and tenths of a percent are finer than any scanner.

    Written out, for a page has hundreds of words: to make a dictionary of each and encode that takes three times as
    long.
    """
    return f"[{','.join(map(_word, words))}]"


def _word(word: Word) -> str:
    return (
        f'{{"text":{_quoted(word.text)},"x0":{word.x0:.2f},"y0":{word.y0:.2f},'
        f'"x1":{word.x1:.2f},"y1":{word.y1:.2f},"confidence":{word.confidence:.1f},"line":{word.line}}}'
    )
