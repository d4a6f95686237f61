"""What PyMuPDF raises for damaged and for outsized files, and what is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pymupdf

from docpipe.domain.errors import PageTooLargeError, PageUnreadableError

_OUTSIZED = (MemoryError, pymupdf.mupdf.FzErrorLimit, pymupdf.mupdf.FzErrorSystem)
"""An image beyond MuPDF's own limits; memory that the operating system refuses."""

FAULTS = (
    pymupdf.mupdf.FzErrorBase,
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    KeyError,
    AssertionError,
)
"""MuPDF's own errors, some of which PyMuPDF turns into RuntimeErrors; the rest comes from its Python layer
meeting objects of another type than the specification says."""


@contextmanager
def page_faults() -> Iterator[None]:
    """Turn what is raised for one page into an error of that page.

    Raises:
        PageTooLargeError: it holds more than can be drawn.
        PageUnreadableError: it is damaged.
    """
    try:
        yield
    except _OUTSIZED:
        raise PageTooLargeError from None
    except FAULTS:
        raise PageUnreadableError from None
