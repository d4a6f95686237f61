"""A thick scan: the file that made the old worker run out of memory."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pymupdf
from PIL import Image

from tests.support import pages

_LETTER_EVERY = 100
_DPI = 150


def thick_scan(path: Path, *, page_count: int) -> Path:
    """A scan in which most sheets are backs, and every hundredth is a letter; each page is a picture of its own."""
    letter, back = _jpeg(pages.scan(dpi=_DPI)), _jpeg(pages.blank(dpi=_DPI))
    with pymupdf.open() as document:
        for number in range(page_count):
            picture = letter if number % _LETTER_EVERY == 0 else back
            # A comment of its own makes each stream another, so that no page shares the picture of one before.
            document.new_page(width=612, height=792).insert_image(
                (0, 0, 612, 792), stream=picture + number.to_bytes(2, "big")
            )
        document.save(path)
    return path


def _jpeg(image: Image.Image) -> bytes:
    target = BytesIO()
    image.convert("L").save(target, "JPEG", quality=80, dpi=(_DPI, _DPI))
    return target.getvalue()
