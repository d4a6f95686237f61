"""Writes the searchable PDF of a document.

Of a PDF the pages stay as they are: nothing is rendered, recompressed or left out. Of any other format,
and of a PDF that MuPDF cannot write, the pages are the page images. Changes are appended to the file every few
pages, so that memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pymupdf

from docpipe.domain.errors import UnreadableFileError
from docpipe.domain.formats import SNIFF_BYTES, FileFormat, sniff
from docpipe.domain.page import PageSource, PageText
from docpipe.pdf.faults import FAULTS
from docpipe.pdf.searchable_file import GrowingPdf
from docpipe.pdf.searchable_pages import lay_text, show_image

_LETTER = (612.0, 792.0)
"""Size, points, of a page of which nothing is known."""

_PAGES_HELD = 20
"""Pages changed before the changes are written and let go of."""


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
            is_pdf = sniff(file.read(SNIFF_BYTES)) is FileFormat.PDF
        if is_pdf:
            try:
                pdf = GrowingPdf.copy_of(source, destination)
            except UnreadableFileError:
                pass
            else:
                _keep_pages(pdf, pages, image_of)
                return
        _make_pages(pages, image_of, destination)


def _keep_pages(pdf: GrowingPdf, pages: Iterator[PageText], image_of: Callable[[str], bytes]) -> None:
    """Change the pages of a PDF where there is something to change; otherwise the file stays as it is."""
    changed = 0
    with pdf:
        for text in pages:
            if not text.rotation and not _has_recognised(text):
                continue
            try:
                _change_page(pdf, text)
            except FAULTS:
                pdf.document.delete_page(text.page_number - 1)
                _add_image_page(pdf, text, image_of, at=text.page_number - 1)
            changed += 1
            if changed % _PAGES_HELD == 0:
                pdf.commit()
        if changed % _PAGES_HELD:
            pdf.commit()


def _change_page(pdf: GrowingPdf, text: PageText) -> None:
    page = pdf.document[text.page_number - 1]
    page.set_rotation((page.rotation + text.rotation) % 360)
    if _has_recognised(text):
        lay_text(pdf.document, page, text, pdf.font)


def _has_recognised(text: PageText) -> bool:
    return text.source is PageSource.OCR and bool(text.words)


def _make_pages(pages: Iterator[PageText], image_of: Callable[[str], bytes], destination: Path) -> None:
    """Make a PDF of the page images."""
    with GrowingPdf.empty(destination) as pdf:
        for count, text in enumerate(pages, start=1):
            _add_image_page(pdf, text, image_of)
            if count % _PAGES_HELD == 0:
                pdf.commit()
        pdf.commit()


def _add_image_page(pdf: GrowingPdf, text: PageText, image_of: Callable[[str], bytes], *, at: int = -1) -> None:
    """Add a page with the page image, when there is one, and with the words over it, wherever they are from."""
    width, height = (text.width, text.height) if text.width and text.height else _LETTER
    page = pdf.document.new_page(at, width=width, height=height)
    if text.image_key is not None:
        show_image(page, image_of(text.image_key))
    if text.words:
        lay_text(pdf.document, page, text, pdf.font)
