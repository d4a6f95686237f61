"""What most people write: each page drawn at 300 dpi, and given to pytesseract.

Runs in the peers' environment: ``python plain_pytesseract.py DOCUMENT TEXT``; pages are parted by form feeds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pymupdf
import pytesseract
from PIL import Image

DPI = 300
"""What Tesseract's own manual asks for, and so most recipes."""


def main(document: str, text: Path) -> None:
    """Read a document."""
    pages = []
    with pymupdf.open(document) as pdf:
        for page in pdf:
            pixmap = page.get_pixmap(dpi=DPI)
            image = Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples)
            pages.append(pytesseract.image_to_string(image).replace("\f", ""))
    text.write_text("\f".join(pages), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
