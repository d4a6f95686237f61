"""Searchable PDFs made by the real writer, read back by two readers that share no code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ctypes import c_int
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pymupdf
import pypdfium2
from PIL import Image, ImageDraw

from docpipe.domain.page import PageSource, PageText, Word
from docpipe.pdf.searchable import PdfWriter

Box = tuple[float, float, float, float]

_DEVICE_SCALE = 20
"""Device pixels a point where PDFium maps to whole pixels."""


def word(text: str, box: Box, line: int = 0) -> Word:
    """A recognised word."""
    return Word(text, *box, confidence=90.0, line=line)


def page_text(words: Iterable[Word], *, number: int = 1, **others: Any) -> PageText:
    """A recognised page of Letter size, but for other fields that are given."""
    page = PageText(
        page_number=number,
        source=PageSource.OCR,
        text="",
        words=tuple(words),
        rotation=0,
        width=612.0,
        height=792.0,
        image_key=None,
    )
    return replace(page, **others)


def jpeg(width: int = 850, height: int = 1100, *, ink: Box | None = None) -> bytes:
    """A white page image at 100 dpi, with a black box on it, in pixels."""
    image = Image.new("L", (width, height), 255)
    if ink:
        ImageDraw.Draw(image).rectangle(ink, fill=0)
    file = BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()


def no_image(key: str) -> bytes:
    """For pages that name no image."""
    raise AssertionError(f"an image is asked for: {key}")


def write(source: Path, pages: Iterable[PageText], image_of: Callable[[str], bytes] = no_image) -> Path:
    """The searchable PDF of a source, written beside it."""
    destination = source.with_name("searchable.pdf")
    PdfWriter().write(source, iter(pages), image_of=image_of, destination=destination)
    return destination


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader finds on a page: its text, and the boxes of words in points of the page as shown."""

    text: str
    boxes: dict[str, Box]


def read_with_mupdf(path: Path, index: int = 0) -> Reading:
    """The page as MuPDF reads it."""
    with pymupdf.open(path) as document:
        page = document[index]
        boxes = {entry[4]: _turned(entry[:4], page.rotation, *page.rect.br) for entry in page.get_text("words")}
        return Reading(page.get_text(), boxes)


def _turned(box: Box, rotation: int, width: float, height: float) -> Box:
    """A box of the page before it is turned; ``Page.rotation_matrix`` would leave UserUnit out."""
    x0, y0, x1, y1 = box
    match rotation:
        case 90:
            return (width - y1, x0, width - y0, x1)
        case 180:
            return (width - x1, height - y1, width - x0, height - y0)
        case 270:
            return (y0, height - x1, y1, height - x0)
        case _:
            return (x0, y0, x1, y1)


def read_with_pdfium(path: Path, words: Iterable[str] = (), index: int = 0) -> Reading:
    """The page as PDFium reads it, with the boxes of the words that are searched for."""
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[index]
        text_page = page.get_textpage()
        boxes = {text: _box_of(page, text_page, text) for text in words}
        return Reading(text_page.get_text_range(), boxes)
    finally:
        document.close()


def _box_of(page: Any, text_page: Any, text: str) -> Box:
    hit = text_page.search(text).get_next()
    assert hit is not None, f"{text} is not found"
    first, count = hit
    corners = [
        _shown(page, x, y)
        for box in (text_page.get_charbox(index, loose=True) for index in range(first, first + count))
        for x, y in (box[:2], box[2:])
    ]
    xs, ys = zip(*corners, strict=True)
    return (min(xs), min(ys), max(xs), max(ys))


def _shown(page: Any, x: float, y: float) -> tuple[float, float]:
    """A point of the page's own space, in points of the page as shown."""
    raw = pypdfium2.raw
    width, height = (round(size * _DEVICE_SCALE) for size in page.get_size())
    device = (c_int(), c_int())
    assert raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, *device)
    return device[0].value / _DEVICE_SCALE, device[1].value / _DEVICE_SCALE


def rendering(path: Path, index: int = 0, dpi: int = 72) -> Image.Image:
    """The page as MuPDF shows it."""
    with pymupdf.open(path) as document:
        pixmap = document[index].get_pixmap(dpi=dpi)
        return Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples)


def ink_box(image: Image.Image, dpi: int = 72) -> Box:
    """Where a picture is dark, in points."""
    box = image.convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    assert box is not None, "nothing is drawn"
    left, top, right, bottom = (edge * 72 / dpi for edge in box)
    return (left, top, right, bottom)
