"""Pages with known text, put together into blocks of image-only PDFs that every reader can be given.

A page that is a picture goes into the PDF as it is: a JPEG untouched, anything else without loss. A page with a text
layer is drawn, as if it had been printed and scanned, so that nobody can take the text from where it lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Final

import pillow_heif
import pymupdf
from PIL import Image, ImageOps

from benchmarks.accuracy_corpus import Document
from benchmarks.material import spread

_SCAN_DPI: Final = 300
"""At which pages with a text layer are drawn: what offices scan at, and what Tesseract's manual asks for."""

_PLAUSIBLE_DPI: Final = 97.0
"""Below it a picture's own resolution is a screen's or a camera's habit; the coarsest fax has 98 lines an inch."""

_LONG_SIDE_IN: Final = 11.0
"""Inches taken for the longer side of a picture that does not tell its resolution: a letter page's."""

_POINTS: Final = 72.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page with known text.

    Attributes:
        document: its truth, as a document of one page.
        number: in the file of ``document``, from 1.
    """

    document: Document
    number: int


@dataclass(frozen=True, slots=True)
class Block:
    """Pages of one source, divided among documents of nearly equal length that are read side by side.

    Attributes:
        truths: of each document, what stands on its pages; None for a document without known text.
    """

    source: str
    documents: tuple[Path, ...]
    truths: tuple[tuple[Document, ...] | None, ...]
    page_count: int


def pages_of(documents: Sequence[Document], most: int) -> list[Page]:
    """The pages with known text, by source; of each source at most so many, evenly spread."""
    pages = [
        Page(replace(document, truths=(truth,)), number)
        for document in documents
        for number, truth in enumerate(document.truths, 1)
        if truth and truth.strip()
    ]
    by_source = groupby(sorted(pages, key=lambda page: page.document.source), key=lambda page: page.document.source)
    return [page for _, group in by_source for page in spread(list(group), most)]


def make_blocks(pages: Sequence[Page], *, side_by_side: int, longest: int, folder: Path) -> list[Block]:
    """Write the PDFs of blocks.

    Args:
        pages: those of one source in a row.
        side_by_side: documents of a block.
        longest: pages of a document at most.
        folder: where the PDFs are written; it exists.
    """
    blocks = []
    for source, group in groupby(pages, key=lambda page: page.document.source):
        members = list(group)
        for number, chosen in enumerate(_dealt(members, -(-len(members) // (side_by_side * longest)))):
            hands = [hand for hand in _dealt(chosen, side_by_side) if hand]
            paths = [folder / f"{source}-{number}-{index}.pdf" for index in range(len(hands))]
            for path, hand in zip(paths, hands, strict=True):
                _write(path, hand)
            truths = tuple(tuple(page.document for page in hand) for hand in hands)
            blocks.append(Block(source, tuple(paths), truths, len(chosen)))
    return blocks


def _dealt(pages: Sequence[Page], hands: int) -> Iterator[list[Page]]:
    """As cards are: neighbours, which are alike, go to different hands."""
    return (list(pages[first::hands]) for first in range(hands))


def _write(path: Path, pages: Sequence[Page]) -> None:
    with pymupdf.open() as target:
        for page in pages:
            if page.document.path.suffix.lower() == ".pdf":
                _add_pdf_page(target, page)
            else:
                _add_picture(target, page.document.path)
        target.save(path, deflate=True, garbage=3)


def _add_pdf_page(target: pymupdf.Document, page: Page) -> None:
    with pymupdf.open(page.document.path) as source:
        original = source[page.number - 1]
        if not original.get_text().strip():
            target.insert_pdf(source, from_page=page.number - 1, to_page=page.number - 1)
            return
        drawn = original.get_pixmap(dpi=_SCAN_DPI, colorspace=pymupdf.csGRAY)
        size = original.rect
    target.new_page(width=size.width, height=size.height).insert_image(
        (0, 0, size.width, size.height), stream=drawn.tobytes("png"), keep_proportion=False
    )


def _add_picture(target: pymupdf.Document, path: Path) -> None:
    pillow_heif.register_heif_opener()
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture)
        dpi = _resolution(picture)
        keep = picture.format == "JPEG" and picture.getexif().get(0x0112, 1) == 1
        content = path.read_bytes() if keep else _as_png(upright)
        width, height = (size / per_inch * _POINTS for size, per_inch in zip(upright.size, dpi, strict=True))
    target.new_page(width=width, height=height).insert_image(
        (0, 0, width, height), stream=content, keep_proportion=False
    )


def _resolution(picture: Image.Image) -> tuple[float, float]:
    across, down = (float(value) for value in picture.info.get("dpi", (0, 0)))
    if min(across, down) >= _PLAUSIBLE_DPI:
        return across, down
    assumed = max(picture.size) / _LONG_SIDE_IN
    return assumed, assumed


def _as_png(picture: Image.Image) -> bytes:
    """Without loss; on white where it is transparent, as a viewer shows it."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        paper.alpha_composite(layered)
        picture = paper.convert("RGB")
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
