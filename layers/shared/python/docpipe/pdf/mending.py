"""A second opinion on PDFs that MuPDF cannot open: qpdf finds pages, or a password, in some of them."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from docpipe.domain.errors import EncryptedFileError, UnreadableFileError


def mend(source: Path, destination: Path | BinaryIO) -> None:
    """Write a damaged PDF anew.

    Raises:
        EncryptedFileError: it needs a password.
        UnreadableFileError: qpdf finds no page in it either.
    """
    # Few files need it, and it takes as long to import as a page to read.
    import pikepdf  # noqa: PLC0415

    try:
        with pikepdf.open(source) as document:
            if not document.pages:
                raise UnreadableFileError
            document.save(destination)
    except pikepdf.PasswordError:
        raise EncryptedFileError from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError, OSError):
        raise UnreadableFileError from None
