"""A reading module whose documents tell it how to misbehave; see ``tests.support.deeds``.

Page workers load it in place of ``docpipe.reading``. The text of a page it reads is the worker's
process id, unless the deed says otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docpipe.domain.errors import DocpipeError, EmptyFileError
from docpipe.domain.formats import FileFormat
from docpipe.domain.page import PageReading, PageSource, Word
from docpipe.ports import Arrangement, Bitmap, FileFacts, Orientation, ReadOptions, RecognisedText
from tests.support.deeds import DEEDS, Document


class Engine:
    """Knows two languages."""

    def languages(self) -> frozenset[str]:
        return frozenset({"eng", "osd"})

    def recognise(
        self, bitmap: Bitmap, *, languages: str, time_limit_s: float, arrangement: Arrangement = Arrangement.PAGE
    ) -> RecognisedText:
        raise NotImplementedError

    def orientation(self, bitmap: Bitmap) -> Orientation | None:
        raise NotImplementedError


class UnpreparedError(DocpipeError):
    """An engine cannot be made."""


def make_engine(name: str) -> Engine:
    if name == "missing":
        raise UnpreparedError("The engine is missing. Install it.")
    return Engine()


def inspect(path: Path) -> FileFacts:
    if not path.read_bytes():
        raise EmptyFileError
    document = Document(path)
    if document.deeds[0].startswith("file: "):
        DEEDS[document.deeds[0].removeprefix("file: ")](document, 0)
    return FileFacts(FileFormat.PDF, len(document.deeds))


@contextmanager
def open_source(path: Path) -> Iterator[Document]:
    with path.open("rb"):
        yield Document(path)


def read_page(source: Document, page_number: int, engine: Engine, options: ReadOptions) -> PageReading:
    text = DEEDS[source.deeds[page_number - 1]](source, page_number)
    return PageReading(
        page_number=page_number,
        source=PageSource.OCR,
        reason="no text layer",
        text=str(os.getpid()) if text is None else text,
        words=(Word(text="seen", x0=10.0, y0=20.0, x1=50.5, y1=30.0, confidence=90.0, line=0),),
        mean_confidence=90.0,
        dpi=300.0,
        rotation=0,
        width=612.0,
        height=792.0,
        image=b"jpeg",
        duration_ms=1_200,
    )
