"""Reading Tesseract's TSV, which its program gives: one row a word, with its place in the page's layout."""

from __future__ import annotations

from collections.abc import Iterator

from docpipe.domain.layout import PlacedWord, lay_out
from docpipe.ports import RecognisedText

_WORD_LEVEL = "5"
_COLUMNS = 12


def recognised_text(tsv: str) -> RecognisedText:
    """The text and words of a page.

    Args:
        tsv: rows of level, page, block, paragraph, line, word, left, top, width, height, confidence,
            text (Tesseract manual, "TSV"); a header row is passed over.
    """
    text, words = lay_out(_words(tsv))
    return RecognisedText(text, words)


def _words(tsv: str) -> Iterator[PlacedWord]:
    for row in tsv.split("\n"):
        fields = row.split("\t", _COLUMNS - 1)
        if len(fields) < _COLUMNS or fields[0] != _WORD_LEVEL:
            continue
        _, _, block, paragraph, line, _, left, top, width, height = map(int, fields[:10])
        confidence = min(100.0, max(0.0, float(fields[10])))
        yield PlacedWord(
            text=fields[11],
            x0=left,
            y0=top,
            x1=left + width,
            y1=top + height,
            confidence=confidence,
            paragraph=(block, paragraph),
            line=line,
        )
