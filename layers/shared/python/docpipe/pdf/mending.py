"""A second opinion on PDFs that MuPDF cannot open: qpdf finds pages, or a password, in some of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from docpipe.domain.errors import EncryptedFileError, UnreadableFileError


def mend(source: Path, destination: Path | BinaryIO) -> None:
    """Write a damaged PDF anew.

    Raises:
        EncryptedFileError: it needs a password.
        UnreadableFileError: qpdf finds no page in it either, or none on which anything is left.
    """
    # Few files need it, and it takes as long to import as a page to read.
    import pikepdf  # noqa: PLC0415

    try:
        with pikepdf.open(source) as document:
            # Of a file that was cut off the list of pages may be left, and nothing of what was on them.
            if not any(_shows_something(page.obj.get("/Contents")) for page in document.pages):
                raise UnreadableFileError
            document.save(destination)
    except pikepdf.PasswordError:
        raise EncryptedFileError from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError, OSError):
        raise UnreadableFileError from None


def _shows_something(contents: Any) -> bool:
    """Whether a page's contents, a stream or several, hold any byte. They are not unpacked: that may be a bomb."""
    import pikepdf  # noqa: PLC0415 - as above

    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    return any(isinstance(stream, pikepdf.Stream) and stream.read_raw_bytes() for stream in streams)
