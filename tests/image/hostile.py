"""A page made to exhaust memory."""

from __future__ import annotations

import zlib
from pathlib import Path

import pymupdf

from tests.support import pages

_ARRAYS = 20 << 20
"""Empty arrays that the content stream names: 2 bytes each in the stream, over 100 in MuPDF's memory."""


def bomb_in_the_middle(path: Path) -> Path:
    """A PDF of three pages; the first and third are scans, the second is 40 KB that take 2 GB to parse."""
    good = pages.scanned_pdf(path.with_suffix(".good.pdf"), pages.scan(), pages.scan())
    with pymupdf.open(good) as document:
        page = document.new_page(1)
        content = document.get_new_xref()
        document.update_object(content, "<<>>")
        packed = zlib.compress(b"/P <</X [" + b"[]" * _ARRAYS + b"]>> BDC EMC", 9)
        document.update_stream(content, packed, new=True, compress=False)
        document.xref_set_key(content, "Filter", "/FlateDecode")
        document.xref_set_key(page.xref, "Contents", f"{content} 0 R")
        document.save(path)
    return path
