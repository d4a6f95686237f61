"""Reading, recognising and writing documents, as protocols; ``stores`` and ``services`` have what else use cases need.

Adapters implement them, and fakes pass the same contracts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from docpipe.domain.formats import FileFormat
from docpipe.domain.languages import Guess
from docpipe.domain.page import Archived, PageReading, PageText, Word


@dataclass(frozen=True, slots=True)
class RecognisedText:
    """What an OCR engine read on one bitmap.

    Attributes:
        text: lines separated by newlines, paragraphs by an empty line.
        words: boxes in pixels of the bitmap, origin top left.
    """

    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Orientation:
    """Which way up a bitmap stands.

    Attributes:
        rotation: clockwise degrees (0, 90, 180, 270) that turn the bitmap upright.
        confidence: the engine's own measure; OCRmyPDF turns a page only from 14 upward.
        script: of the letters, as Tesseract names it (``Latin``, ``Cyrillic``), or None.
        script_confidence: the engine's own measure.
    """

    rotation: int
    confidence: float
    script: str | None = None
    script_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Eight-bit grey pixels, rows top to bottom with no padding, one byte a pixel.

    Attributes:
        dpi: pixels an inch; the engine sizes its expectations of text by it.
    """

    width: int
    height: int
    pixels: bytes
    dpi: float


class Arrangement(StrEnum):
    """What an engine is to expect of a page.

    ``PAGE``: columns, pictures and tables, to be found. ``BLOCK``: one block of lines, nothing to be left out.
    """

    PAGE = "page"
    BLOCK = "block"


class OcrEngine(Protocol):
    """Recognises the text of one bitmap at a time. Not safe for threads; one in each page worker."""

    def languages(self) -> frozenset[str]:
        """The installed languages, as Tesseract names them (``eng``, ``deu``)."""

    def recognise(
        self, bitmap: Bitmap, *, languages: str, time_limit_s: float, arrangement: Arrangement = Arrangement.PAGE
    ) -> RecognisedText:
        """Read the bitmap in ``languages`` (``eng+spa``).

        Raises:
            PageTimeoutError: not done within ``time_limit_s`` seconds.
            LanguageUnavailableError: one of the languages is not installed.
        """

    def orientation(self, bitmap: Bitmap) -> Orientation | None:
        """Which way up the bitmap stands, or None when there is too little text to tell."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What opening a file tells without reading its pages."""

    file_format: FileFormat
    page_count: int


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How pages are to be read.

    Attributes:
        languages: as Tesseract joins them: ``eng+spa``.
        page_time_limit_s: seconds that one page may take.
        force_ocr: recognise even where a good text layer exists.
    """

    languages: str = "eng"
    page_time_limit_s: float = 120.0
    force_ocr: bool = False


class PageReader(Protocol):
    """Opens files and reads pages in worker processes, so that a hostile page can harm nothing else."""

    def inspect(self, path: Path) -> FileFacts:
        """Open the file and count its pages.

        Raises:
            DocumentError: the file cannot be processed (one of its subclasses, by reason).
        """

    def read(
        self,
        path: Path,
        page_numbers: Iterable[int],
        options: ReadOptions,
        *,
        may_start: Callable[[int], bool],
        on_tick: Callable[[], None],
    ) -> Iterator[PageReading]:
        """Read pages side by side and yield each as it is done, in any order.

        A page that cannot be read is yielded as a failed reading; it never ends the iteration.
        At most as many pages as there are workers are in hand, plus those yielded.

        Args:
            page_numbers: from 1.
            may_start: asked before each page is begun, with its number; False ends the handing
                out of pages, those in hand are still finished and yielded.
            on_tick: called about once a second while waiting, on the caller's thread; what it
                raises ends the reading, and the pages in hand are abandoned.
        """

    def languages(self) -> frozenset[str]:
        """The installed languages, as Tesseract names them (``eng``, ``deu``)."""

    def close(self) -> None:
        """End the worker processes."""


class SearchablePdfWriter(Protocol):
    """Writes a document's searchable PDF."""

    def write(
        self,
        source: Path,
        pages: Iterator[PageText],
        *,
        image_of: Callable[[str], bytes],
        destination: Path,
    ) -> None:
        """Write the searchable PDF; memory is flat in the number of pages.

        A PDF keeps its pages as they are, with invisible text laid over those that were recognised,
        and pages that lay on their side turned upright. Of any other format the pages are the
        upright page images.

        Args:
            source: the uploaded file.
            pages: every page, in order; all of them are taken, once, to the end.
            image_of: the bytes of the JPEG at a page's ``image_key``.
            destination: where the PDF is written.
        """


class Archivist(Protocol):
    """Makes PDF/A."""

    def archive(self, pdf: Path, pages: Callable[[], Iterator[PageText]], *, on_page: Callable[[], None]) -> Archived:
        """Turn a searchable PDF into PDF/A-2b, in place; memory is flat in the number of pages.

        Pages that cannot be PDF/A become pictures with the same words laid over them. Where even that does not
        make it conform, the file stays as it was.

        Args:
            pdf: as a ``SearchablePdfWriter`` wrote it.
            pages: gives every page, in order; may be asked more than once.
            on_page: called at each page that is worked on.
        """


class LanguageGuesser(Protocol):
    """Tells the language of a text."""

    def guess(self, text: str) -> tuple[Guess, ...]:
        """Languages that the text may be in, the most likely first; none for a text without letters."""
