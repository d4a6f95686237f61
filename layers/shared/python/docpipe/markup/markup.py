"""What both formats have in common: the layout of a page in pixels, and text that XML can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol
from xml.sax.saxutils import escape

from docpipe.domain.page import PageText, Word
from docpipe.domain.resolution import POINTS_PER_INCH

SOFTWARE = "Docpipe"

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write (section 2.2)."""

_QUOTE = {'"': "&quot;"}


class Markup(Protocol):
    """A format in which a document is written page by page."""

    def head(self, page_count: int) -> str:
        """What comes before the pages."""

    def page(self, page: PageText) -> str:
        """A page."""

    def tail(self) -> str:
        """What comes after them."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in whole pixels, origin at the top left."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Pixels."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one line, each with its box."""

    words: tuple[tuple[Word, Box], ...]

    @property
    def box(self) -> Box:
        """Around all of its words."""
        return around([box for _, box in self.words])


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: tuple[Line, ...]

    @property
    def box(self) -> Box:
        """Around all of its lines."""
        return around([line.box for line in self.lines])


def paragraphs(page: PageText) -> Iterator[Paragraph]:
    """The layout of a page, as its text tells it: empty lines part paragraphs."""
    lines = [
        Line(tuple((word, _pixels(word, page)) for word in line)) for _, line in groupby(page.words, lambda w: w.line)
    ]
    sizes = [block.count("\n") + 1 for block in page.text.split("\n\n")]
    if sum(sizes) != len(lines):
        sizes = [len(lines)]
    start = 0
    for size in sizes if lines else []:
        yield Paragraph(tuple(lines[start : start + size]))
        start += size


def page_box(page: PageText) -> Box:
    """The whole page."""
    return Box(0, 0, round(page.width * _scale(page)), round(page.height * _scale(page)))


def image_name(page: PageText) -> str:
    """What the image of a page is called beside the file."""
    return f"pages/{page.page_number:04d}.jpg"


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all."""
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def xml(text: str) -> str:
    """Text as XML holds it, between tags and between double quotes."""
    return escape(_NOT_XML.sub("\ufffd", text), _QUOTE)


def _pixels(word: Word, page: PageText) -> Box:
    scale = _scale(page)
    return Box(round(word.x0 * scale), round(word.y0 * scale), round(word.x1 * scale), round(word.y1 * scale))


def _scale(page: PageText) -> float:
    """Pixels a point; a page without an image is told in points."""
    return page.dpi / POINTS_PER_INCH if page.dpi else 1.0
