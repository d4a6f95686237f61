"""Turns a searchable PDF into PDF/A-2b (ISO 19005-2, level B), page by page where it has to be.

pikepdf writes the file and approves what it wrote by rules that are those of veraPDF: what it does not
know it does not approve. Pages that cannot be approved (a font that is not embedded, colours that no profile
describes) become pictures of themselves with the same words laid over them, so that every document that can be
opened can be archived.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
import pymupdf
from pikepdf import pdfa

from docpipe.domain.page import Archived, PageText
from docpipe.domain.resolution import within_budget
from docpipe.pdf.archival_repair import make_tidy
from docpipe.pdf.drawing import render
from docpipe.pdf.faults import FAULTS
from docpipe.pdf.searchable_file import GrowingPdf
from docpipe.pdf.searchable_pages import lay_text, show_image

FLAVOUR: Final = "2b"

DRAWN_DPI: Final = 200.0
"""Of pages that become pictures: small print stays readable, and an A4 page in colour takes about 400 KB."""

_JPEG_QUALITY: Final = 85

_FAULTS: Final = (pikepdf.PdfError, *FAULTS)


class PdfaArchivist:
    """Writes PDF/A; the ``Archivist`` of the pipeline."""

    def archive(self, pdf: Path, pages: Callable[[], Iterator[PageText]], *, on_page: Callable[[], None]) -> Archived:
        """Turn a PDF into PDF/A in place; see ``Archivist.archive``."""
        # What fonts and metadata are like is nobody's business but the document's.
        for name in ("fontTools", "pikepdf"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            if _approved_as_it_is(pdf):
                return Archived(conforms=True, pages_drawn=0)
            with pikepdf.open(pdf) as document:
                faulty = [index for index in range(len(document.pages)) if not _conforms(document, index, on_page)]
                count = len(document.pages)
            for drawn in (faulty, list(range(count))):
                if _approved_in_part(pdf, drawn, pages, on_page):
                    return Archived(conforms=True, pages_drawn=len(drawn))
        except _FAULTS:
            pass
        return Archived(conforms=False, pages_drawn=0)


def _approved_as_it_is(path: Path) -> bool:
    """Write the document as it is; False, with nothing changed, when that is not approved."""
    with pikepdf.open(path) as document:
        return _approved(document, path)


def _conforms(document: pikepdf.Pdf, index: int, on_page: Callable[[], None]) -> bool:
    """Whether a page would be approved in a document of its own."""
    on_page()
    with pikepdf.new() as single:
        try:
            single.pages.append(document.pages[index])
            make_tidy(single)
            pdfa.prepare(single, FLAVOUR)
            return pdfa.check(single, FLAVOUR).passed
        except _FAULTS:
            return False


def _approved_in_part(
    path: Path, drawn: list[int], pages: Callable[[], Iterator[PageText]], on_page: Callable[[], None]
) -> bool:
    """Write the document anew from its pages, some of them drawn; False when that is not approved."""
    pictures = path.with_name(path.name + ".drawn")
    with ExitStack() as opened:
        if drawn:
            _draw(path, frozenset(drawn), pages(), on_page, pictures)
        found = iter(opened.enter_context(pikepdf.open(pictures)).pages if drawn else ())
        document, whole = opened.enter_context(pikepdf.open(path)), opened.enter_context(pikepdf.new())
        # What belongs to the document as a whole (forms, scripts, attachments, bookmarks) is left behind.
        for index, page in enumerate(document.pages):
            whole.pages.append(next(found) if index in drawn else page)
        return _approved(whole, path)


def _approved(document: pikepdf.Pdf, path: Path) -> bool:
    """Replace the file at ``path`` by the document as PDF/A; False, with nothing changed, when it is not approved."""
    anew = path.with_name(path.name + ".pdfa")
    make_tidy(document)
    try:
        pdfa.save(document, anew, FLAVOUR)
    except pdfa.PdfaError:
        return False
    anew.replace(path)
    return True


def _draw(
    path: Path,
    drawn: frozenset[int],
    pages: Iterator[PageText],
    on_page: Callable[[], None],
    destination: Path,
) -> None:
    """Write a PDF of pictures of some pages, with their words."""
    with pymupdf.open(str(path), filetype="pdf") as document, GrowingPdf.empty(destination) as pdf:
        for text in pages:
            if text.page_number - 1 in drawn:
                on_page()
                pdf.changed(_add_picture(pdf, document[text.page_number - 1], text))
        pdf.commit()


def _add_picture(pdf: GrowingPdf, page: Any, text: PageText) -> int:
    """Add a picture of a page, upright as it is shown; returns the bytes it takes."""
    width, height = page.rect.width, page.rect.height
    image = render(page, within_budget(width, height, DRAWN_DPI, floor=1.0), gray=False).image
    file = BytesIO()
    image.save(file, "JPEG", quality=_JPEG_QUALITY)
    picture = pdf.document.new_page(width=width, height=height)
    show_image(picture, file.getvalue())
    return file.tell() + (lay_text(pdf.document, picture, text, pdf.font) if text.words else 0)
