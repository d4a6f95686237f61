"""From a file to an opened document: the format is told by the bytes, and opened by the module that knows it.

A new input format gets a member and a signature in ``docpipe.domain.formats``, and an opener here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from docpipe.domain.errors import EmptyFileError, UnsupportedFormatError
from docpipe.domain.formats import SNIFF_BYTES, FileFormat, sniff
from docpipe.images.source import PILLOW_NAMES, ImageSource
from docpipe.page_source import PageSource
from docpipe.pdf.source import PdfSource
from docpipe.ports import FileFacts

_OPENERS: dict[FileFormat, Callable[[Path], PageSource]] = {
    FileFormat.PDF: PdfSource,
    **{file_format: partial(ImageSource, file_format=file_format) for file_format in PILLOW_NAMES},
}


def format_of(path: Path) -> FileFormat:
    """The format of a file.

    Raises:
        EmptyFileError: it holds no bytes.
        UnsupportedFormatError: it is none that is read.
    """
    with path.open("rb") as file:
        head = file.read(SNIFF_BYTES)
    if not head:
        raise EmptyFileError
    file_format = sniff(head)
    if file_format is None:
        raise UnsupportedFormatError
    return file_format


@contextmanager
def open_source(path: Path) -> Iterator[PageSource]:
    """Open a document for reading its pages.

    Raises:
        DocumentError: it cannot be opened, by reason.
    """
    file_format = format_of(path)
    source = _OPENERS[file_format](path)
    try:
        yield source
    finally:
        source.close()


def inspect(path: Path) -> FileFacts:
    """Open a document and count its pages. Raises as ``open_source``."""
    with open_source(path) as source:
        return FileFacts(format_of(path), source.page_count)
