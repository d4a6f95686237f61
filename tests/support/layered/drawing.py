"""How labelled pages are drawn: lines of text, scans, and what lies over or under them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from typing import Any

import pymupdf

from tests.support import pages
from tests.support.fonts import box_font
from tests.support.layered import texts

Draw = Callable[[Any], None]
INVISIBLE = 3
"""The way of rendering text (PDF 32000-1, table 106) that shows nothing."""

_LEFT, _TOP, _LINE = 60.0, 70.0, 16.0


def lines_of(text: str, count: int = 14, width: int = 85) -> list[str]:
    """So many lines of a text that is told again and again."""
    repeated = " ".join([text] * (1 + count * width // len(text)))
    if text.isascii() or text[0] < "\u3000":
        return textwrap.wrap(repeated, width)[:count]
    # Chinese and Japanese are written without spaces, and twice as wide.
    written = text * (1 + count * width // len(text))
    return [written[start : start + width // 2] for start in range(0, count * width // 2, width // 2)]


def write(page: Any, lines: Iterable[str], *, top: float = _TOP, size: float = 10, **options: Any) -> None:
    """Write lines from the top of a page; fonts for what Helvetica lacks are made."""
    lines = list(lines)
    if "fontname" not in options and not all(ord(char) < 256 for line in lines for char in line):
        page.insert_font(fontname="made", fontbuffer=_font("".join(sorted({*"".join(lines)}))))
        options["fontname"] = "made"
    for number, line in enumerate(lines):
        page.insert_text((_LEFT, top + number * _LINE), line, fontsize=size, **options)


@cache
def _font(characters: str) -> bytes:
    return box_font(characters)


@cache
def picture() -> bytes:
    buffer = BytesIO()
    pages.scan(dpi=100, lines=pages.LINES * 3).save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


@cache
def mask() -> bytes:
    buffer = BytesIO()
    pages.scan(dpi=100, lines=pages.LINES * 3, mode="1").save(buffer, "PNG")
    return buffer.getvalue()


def scan(page: Any, *, share: float = 1.0, image: bytes | None = None) -> None:
    """A scan over the whole page, or over a share of its height."""
    box = pymupdf.Rect(page.rect)
    box.y0 = box.y1 - box.height * share
    page.insert_image(box, stream=image or picture(), keep_proportion=False)


def over_scan(page: Any, lines: Iterable[str], **options: Any) -> None:
    """Lines over a scan of the whole page."""
    scan(page)
    write(page, lines, **options)


def painted_over(page: Any, lines: Iterable[str]) -> None:
    """Lines that a scan of the whole page covers."""
    write(page, lines)
    scan(page)


def widgets(page: Any, *, scanned: bool = False, wordy: bool = False) -> None:
    """Form fields on a printed or a scanned form; the last holds several lines when it is ``wordy``."""
    if scanned:
        scan(page)
    else:
        write(page, texts.FORM)
    for number, value in enumerate(("Example", "Anna Maria", "04/03/1961", lines_of(texts.LETTERS["English"], 4)[0])):
        if number == 3 and not wordy:
            break
        field = pymupdf.Widget()
        field.field_type, field.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, f"field{number}"
        field.rect = pymupdf.Rect(60, 300 + number * 30, 520, 320 + number * 30)
        field.field_value = value
        page.add_widget(field)
