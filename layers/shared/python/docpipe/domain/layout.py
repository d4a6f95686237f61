"""From placed words to a page's text: lines, paragraphs, and what never belongs in a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from docpipe.domain.page import Word


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word as an engine or a text layer gives it.

    Attributes:
        paragraph, line: any values that change when a new paragraph, or a new line in it, begins.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    paragraph: tuple[int, ...]
    line: int


def lay_out(placed: Iterable[PlacedWord]) -> tuple[str, tuple[Word, ...]]:
    """A page's text and words: words parted by spaces, lines by a newline, paragraphs by an empty line.

    Words that hold nothing printable are dropped.
    """
    words: list[Word] = []
    pieces: list[str] = []
    line_number = -1
    previous: PlacedWord | None = None
    for word in placed:
        text = clean(word.text)
        if not text:
            continue
        if previous is None or word.paragraph != previous.paragraph:
            pieces.append("\n\n" if pieces else "")
            line_number += 1
        elif word.line != previous.line:
            pieces.append("\n")
            line_number += 1
        else:
            pieces.append(" ")
        pieces.append(text)
        words.append(Word(text, word.x0, word.y0, word.x1, word.y1, word.confidence, line_number))
        previous = word
    return "".join(pieces), tuple(words)


def clean(text: str) -> str:
    """A word without control characters and lone surrogates: neither PostgreSQL nor UTF-8 takes those."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs")).strip()
