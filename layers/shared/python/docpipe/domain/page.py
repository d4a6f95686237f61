"""What is known of one page once it has been read.

Coordinates are page points (1/72 inch) of the page as it is shown upright: origin at the top left,
x to the right, y down, after the page's own rotation entry and ``PageReading.rotation`` are applied.
The page image shows the same upright page, so a point maps to image pixels by ``dpi / 72``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CHECK_BELOW = 80.0
"""Confidence below which a word is worth a second look, 0-100. The page marks these (`web/src/words/confidence.ts`)."""


class PageSource(StrEnum):
    """Where the text of a page came from."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    BLANK = "blank"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its box in upright page points.

    Attributes:
        confidence: 0-100. Words of a text layer have 100.
        line: running number of the text line on the page, from 0; words of one line share it.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    line: int

    def __reduce__(self) -> tuple[type[Word], tuple[object, ...]]:
        """Pickled as a call of the class: the way that dataclasses come with looks up the fields for each word anew."""
        return Word, (self.text, self.x0, self.y0, self.x1, self.y1, self.confidence, self.line)


@dataclass(frozen=True, slots=True)
class PageReading:
    """Everything that reading one page gave.

    Attributes:
        page_number: from 1.
        reason: short stable phrase, why this source was chosen (or why the page failed).
        text: lines separated by newlines, paragraphs by an empty line; no NUL characters.
        mean_confidence: 0-100, mean over words weighted by their length; None when there are no words.
        dpi: resolution of the page image, pixels an inch.
        rotation: clockwise degrees (0, 90, 180, 270) by which the page was turned to stand upright.
        width, height: of the upright page, points.
        image: the upright page as JPEG, quality 85; empty when the page could not be drawn.
        duration_ms: time taken, milliseconds.
        error_code: code of the PageError when the source is FAILED, else None.
        script: of the letters, as Tesseract names it, where a page that reads badly was looked at for it.
    """

    page_number: int
    source: PageSource
    reason: str
    text: str
    words: tuple[Word, ...]
    mean_confidence: float | None
    dpi: float
    rotation: int
    width: float
    height: float
    image: bytes
    duration_ms: int
    error_code: str | None = None
    script: str | None = None

    @property
    def words_to_check(self) -> int:
        """How many words are worth a second look, as they are stored: in tenths of a percent."""
        return sum(round(word.confidence, 1) < CHECK_BELOW for word in self.words)


def failed_page(page_number: int, *, code: str, reason: str, duration_ms: int = 0) -> PageReading:
    """The reading of a page that could not be read: it has no text, and says why."""
    return PageReading(
        page_number=page_number,
        source=PageSource.FAILED,
        reason=reason,
        text="",
        words=(),
        mean_confidence=None,
        dpi=0.0,
        rotation=0,
        width=0.0,
        height=0.0,
        image=b"",
        duration_ms=duration_ms,
        error_code=code,
    )


def mean_confidence(words: tuple[Word, ...]) -> float | None:
    """Mean confidence of the words, 0-100, each weighted by its number of characters."""
    weight = sum(len(word.text) for word in words)
    if weight == 0:
        return None
    return sum(word.confidence * len(word.text) for word in words) / weight


@dataclass(frozen=True, slots=True)
class Archived:
    """What became of a searchable PDF that was to be PDF/A.

    Attributes:
        conforms: whether the file was found to be PDF/A; otherwise it is the searchable PDF that it was.
        pages_drawn: how many of its pages had to become pictures for it.
    """

    conforms: bool
    pages_drawn: int


@dataclass(frozen=True, slots=True)
class PageText:
    """What assembly needs of a finished page; the fields mean what they mean on ``PageReading``.

    Attributes:
        image_key: where the page's JPEG lies in the results bucket; None when there is none.
    """

    page_number: int
    source: PageSource
    text: str
    words: tuple[Word, ...]
    rotation: int
    width: float
    height: float
    image_key: str | None
    dpi: float = 0.0
    script: str | None = None
