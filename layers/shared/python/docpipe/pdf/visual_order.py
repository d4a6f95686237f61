"""Right-to-left text in the order in which PDF shows it.

A PDF shows characters from left to right, whatever the script; readers turn what is right to left
round again when they extract it (Unicode Standard Annex 9 names the classes of characters). Words are
reordered here, not paragraphs: numbers and Latin letters keep their order within a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from unicodedata import bidirectional

from docpipe.domain.page import Word

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_LEFT_TO_RIGHT = frozenset({"L", "EN", "AN"})


def as_shown(line: Sequence[Word]) -> list[tuple[Word, str]]:
    """The words of a line from left to right, each with its characters in that order.

    Only what is right to left changes place; other lines stay in the order given.
    """
    texts = [word.text.strip() for word in line]
    if not any(map(_is_right_to_left, texts)):
        return list(zip(line, texts, strict=True))
    return sorted(zip(line, map(_turned, texts), strict=True), key=lambda shown: shown[0].x0)


def _turned(text: str) -> str:
    """The characters of a word from left to right."""
    if not _is_right_to_left(text):
        return text
    runs = ["".join(run) for _, run in groupby(text, lambda char: bidirectional(char) in _LEFT_TO_RIGHT)]
    return "".join(run if bidirectional(run[0]) in _LEFT_TO_RIGHT else run[::-1] for run in reversed(runs))


def _is_right_to_left(text: str) -> bool:
    return not text.isascii() and any(bidirectional(char) in _RIGHT_TO_LEFT for char in text)
