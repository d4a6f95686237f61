"""Files as the page's file picker gives them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pymupdf
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import FilePayload


def payload(path: Path) -> FilePayload:
    types = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".tif": "image/tiff"}
    return {"name": path.name, "mimeType": types.get(path.suffix, ""), "buffer": path.read_bytes()}


def slip(*lines: str) -> Image.Image:
    """A small page with a few large words: cheap to read."""
    page = Image.new("L", (620, 400), 250)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=34)
    for number, line in enumerate(lines):
        draw.text((40, 50 + number * 70), line, fill=20, font=font)
    return page


def scan(name: str, *pages: Image.Image) -> FilePayload:
    """A scan of these pages, as the file picker gives it."""
    content = io.BytesIO()
    pages[0].save(content, "PDF", save_all=True, append_images=list(pages[1:]), resolution=100)
    return {"name": name, "mimeType": "application/pdf", "buffer": content.getvalue()}


def picture(name: str, page: Image.Image, kind: str = "PNG") -> FilePayload:
    """A picture, as the file picker gives it."""
    content = io.BytesIO()
    page.save(content, kind)
    return {"name": name, "mimeType": f"image/{kind.lower()}", "buffer": content.getvalue()}


def partly_damaged(name: str, *, damaged: Sequence[int] = (2,)) -> FilePayload:
    """A scan of three pages, of which some cannot be drawn."""
    with pymupdf.open() as document:
        for number in (1, 2, 3):
            image = io.BytesIO()
            slip(f"Sound page {number}").save(image, "PNG")
            document.new_page(width=446, height=288).insert_image((0, 0, 446, 288), stream=image.getvalue())
        for number in damaged:
            document.update_stream(document[number - 1].get_images()[0][0], b"no pixels at all", compress=False)
        return {"name": name, "mimeType": "application/pdf", "buffer": document.tobytes()}
