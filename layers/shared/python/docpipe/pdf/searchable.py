"""Writes the searchable PDF of a document.

Of a PDF the pages stay as they are: nothing is rendered, recompressed or left out. Of an image
file the pages are its own images where a PDF can hold them as they are, else, and of a PDF that MuPDF cannot write,
the page images. What is changed is appended to the
file now and then and let go of, so that memory does not grow with the number of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pymupdf

from docpipe.domain.errors import EncryptedFileError, UnreadableFileError
from docpipe.domain.formats import SNIFF_BYTES, FileFormat, sniff
from docpipe.domain.page import PageSource, PageText
from docpipe.pdf.faults import FAULTS
from docpipe.pdf.original_images import Original, OriginalImages
from docpipe.pdf.searchable_file import GrowingPdf
from docpipe.pdf.searchable_pages import lay_text, show_image, show_original

_LETTER = (612.0, 792.0)
"""Size, points, of a page of which nothing is known."""

_PAGE_BYTES = 4_096
"""What a changed page takes in memory besides its image and text: about its dictionary and those it leads to."""


class PdfWriter:
    """Writes searchable PDFs; the ``SearchablePdfWriter`` of the pipeline."""

    def write(
        self,
        source: Path,
        pages: Iterator[PageText],
        *,
        image_of: Callable[[str], bytes],
        destination: Path,
    ) -> None:
        """Write the searchable PDF of a document; see ``SearchablePdfWriter.write``."""
        pymupdf.TOOLS.mupdf_display_errors(False)
        pymupdf.TOOLS.mupdf_display_warnings(False)
        with source.open("rb") as file:
            file_format = sniff(file.read(SNIFF_BYTES))
        if file_format is FileFormat.PDF:
            try:
                pdf = GrowingPdf.copy_of(source, destination)
            except (UnreadableFileError, EncryptedFileError):
                pass
            else:
                _keep_pages(pdf, pages, image_of)
                return
        with closing(OriginalImages(source, file_format)) as originals:
            _make_pages(pages, image_of, originals, destination)


def _keep_pages(pdf: GrowingPdf, pages: Iterator[PageText], image_of: Callable[[str], bytes]) -> None:
    """Change the pages of a PDF where there is something to change; otherwise the file stays as it is."""
    with pdf:
        for text in pages:
            if not text.rotation and not _is_recognised(text):
                continue
            index = text.page_number - 1
            try:
                size = _change_page(pdf, text)
            except FAULTS:
                pdf.document.delete_page(index)
                size = _add_image_page(pdf, text, image_of, at=index)
            pdf.changed(_PAGE_BYTES + size)
        pdf.commit()


def _make_pages(
    pages: Iterator[PageText], image_of: Callable[[str], bytes], originals: OriginalImages, destination: Path
) -> None:
    """Make a PDF of the images of an image file, or of the page images."""
    with GrowingPdf.empty(destination) as pdf:
        for text in pages:
            pdf.changed(_PAGE_BYTES + _add_image_page(pdf, text, image_of, originals))
        pdf.commit()


def _change_page(pdf: GrowingPdf, text: PageText) -> int:
    """Turn a page upright and lay its text over it; returns the bytes that took."""
    page = pdf.document[text.page_number - 1]
    if text.rotation:
        page.set_rotation((page.rotation + text.rotation) % 360)
    return lay_text(pdf.document, page, text, pdf.font) if _is_recognised(text) else 0


def _is_recognised(text: PageText) -> bool:
    return text.source is PageSource.OCR and bool(text.words)


def _add_image_page(
    pdf: GrowingPdf,
    text: PageText,
    image_of: Callable[[str], bytes],
    originals: OriginalImages | None = None,
    *,
    at: int = -1,
) -> int:
    """Add a page of its image, if there is one, and of the words, wherever they are from; returns its bytes."""
    jpeg = image_of(text.image_key) if text.image_key is not None else b""
    original = originals.of_page(text.page_number, smaller_than=len(jpeg)) if originals and jpeg else None
    if original is not None:
        size = _add_original(pdf, text, original)
    else:
        width, height = (text.width, text.height) if text.width and text.height else _LETTER
        page = pdf.document.new_page(at, width=width, height=height)
        if jpeg:
            show_image(page, jpeg)
        size = len(jpeg)
    page = pdf.document[at]
    return size + (lay_text(pdf.document, page, text, pdf.font) if text.words else 0)


def _add_original(pdf: GrowingPdf, text: PageText, original: Original) -> int:
    """Add a page of an image that was in the document; returns its bytes."""
    turn = (original.turn + text.rotation) % 360
    width, height = (text.height, text.width) if turn in (90, 270) else (text.width, text.height)
    page = pdf.document.new_page(width=width, height=height)
    show_original(pdf.document, page, replace(original, turn=turn))
    return len(original.stream)
