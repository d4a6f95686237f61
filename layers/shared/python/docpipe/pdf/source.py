"""An opened PDF: pages drawn and text layers measured by MuPDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import pymupdf

from docpipe.domain.errors import (
    DocumentError,
    EncryptedFileError,
    NoPagesError,
    PageUnreadableError,
    UnreadableFileError,
)
from docpipe.domain.layout import PlacedWord
from docpipe.page_source import Drawing, TextLayer
from docpipe.pdf.drawing import draw, preview, shows_image
from docpipe.pdf.faults import FAULTS, page_faults
from docpipe.pdf.mending import mend
from docpipe.pdf.signals import measure

_SHRINK_PERCENT = 50
"""Of what MuPDF keeps of earlier pages, what goes before the next one, the longest unused first.

It would grow with every page. Halved each time it stays below twice what one page needs, and the fonts of a
document stay in it: to parse them anew for every page was four fifths of what a page with a text layer took.
"""

_LIGHT_PIXELS = 4_000_000
"""Of the images of a page, decoded: a page with more leaves nothing behind. A letter page at 150 dpi has 2 million."""


class PdfSource:
    """A PDF document; one at a time in a process."""

    def __init__(self, path: Path) -> None:
        pymupdf.TOOLS.mupdf_display_errors(False)
        pymupdf.TOOLS.mupdf_display_warnings(False)
        self._mended: BinaryIO | None = None
        try:
            self._document = _opened(str(path))
        except UnreadableFileError:
            self._document = self._open_mended(path)
        self._page_count = int(self._document.page_count)

    def _open_mended(self, path: Path) -> Any:
        """The document as qpdf makes it out, in a file that has no name and goes with the process."""
        self._mended = cast("BinaryIO", TemporaryFile())  # noqa: SIM115 - it is kept as long as the document is open
        try:
            mend(path, self._mended)
            self._mended.flush()
            return _opened(f"/proc/self/fd/{self._mended.fileno()}")
        except DocumentError:
            self._mended.close()
            raise

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return self._page_count

    def page(self, number: int) -> PdfPage:
        """A page, counted from 1."""
        pymupdf.TOOLS.store_shrink(_SHRINK_PERCENT)
        with page_faults():
            return PdfPage(self._document[number - 1], doubtful=self._mended is not None)

    def close(self) -> None:
        """Let the file go."""
        self._document.close()
        if self._mended is not None:
            self._mended.close()
        pymupdf.TOOLS.store_shrink(100)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _opened(name: str) -> Any:
    """A document of MuPDF's.

    Raises:
        UnreadableFileError: MuPDF cannot open it, or finds no page in what it had to repair.
        EncryptedFileError: it needs a password.
        NoPagesError: it is sound, and has no page.
    """
    try:
        document = pymupdf.open(name, filetype="pdf")
        # A password that is empty opens the document without being asked for.
        locked = document.needs_pass
        page_count = 0 if locked else document.page_count
        damaged = document.is_repaired
    except FAULTS:
        raise UnreadableFileError from None
    if locked:
        raise EncryptedFileError
    if page_count < 1:
        raise UnreadableFileError if damaged else NoPagesError
    return document


class PdfPage:
    """One page of a PDF, as shown: turned by its own rotation entry, cut to its crop box.

    Args:
        doubtful: whether something may have been lost before MuPDF saw it.
    """

    def __init__(self, page: Any, *, doubtful: bool = False) -> None:
        self._page = page
        self._doubtful = doubtful
        self._rect = page.rect
        if self._rect.is_empty or self._rect.is_infinite:
            raise PageUnreadableError

    @property
    def width(self) -> float:
        """Points."""
        return float(self._rect.width)

    @property
    def height(self) -> float:
        """Points."""
        return float(self._rect.height)

    def text_layer(self) -> TextLayer | None:
        """The text layer and what was measured on it; None when it cannot be read."""
        try:
            raw = self._page.get_text("words", flags=pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_MEDIABOX_CLIP)
            place = _turned(self._page.rotation_matrix) if self._page.rotation else _as_it_is
            words = [place(entry) for entry in raw]
            return TextLayer(words, measure(self._page, words))
        except FAULTS:
            return None

    def draw(self) -> Drawing:
        """The page at the resolution that suits recognition."""
        # MuPDF leaves out what it cannot decode, and says so only here. What is told of what came before is
        # taken away by asking for it: resetting would leave a count of repeats behind, to be told as this page's.
        pymupdf.TOOLS.mupdf_warnings()
        with page_faults():
            drawing = draw(self._page)
            # A scan fills memory once, as the drawing; MuPDF's copy of it is of no more use.
            pymupdf.TOOLS.store_shrink(100)
            lost = bool(pymupdf.TOOLS.mupdf_warnings()) and shows_image(self._page)
        return replace(drawing, damaged=lost or self._doubtful)

    def preview(self) -> Drawing:
        """The page at the resolution that suits looking at it."""
        with page_faults():
            drawing = preview(self._page)
            if sum(image[2] * image[3] for image in self._page.get_images()) > _LIGHT_PIXELS:
                pymupdf.TOOLS.store_shrink(100)
            return drawing


def _as_it_is(entry: tuple[Any, ...]) -> PlacedWord:
    """A word of MuPDF's on a page that is not turned, as nearly all are not."""
    x0, y0, x1, y1, text, block, line, *_ = entry
    return PlacedWord(text, x0, y0, x1, y1, 100.0, (block,), line)


def _turned(matrix: Any) -> Callable[[tuple[Any, ...]], PlacedWord]:
    """The same where the page is turned: MuPDF's boxes are those of the page before."""

    def place(entry: tuple[Any, ...]) -> PlacedWord:
        box = pymupdf.Rect(entry[:4]) * matrix
        return _as_it_is((box.x0, box.y0, box.x1, box.y1, *entry[4:]))

    return place
