"""Objects of a PDF that is open for change, made and put in place.

By MuPDF's own calls, where PyMuPDF's take four to seven times as long: to set one entry of a dictionary,
``xref_set_key`` writes the whole of it out and parses it anew.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from pymupdf import mupdf


class Stream(NamedTuple):
    """What becomes a stream object.

    Attributes:
        content: its bytes as they are stored.
        entries: of its dictionary, as PDF writes them; they say how the content is encoded.
    """

    content: bytes
    entries: str = ""


def deflated(content: bytes, entries: str = "") -> Stream:
    """A stream of the content, compressed where that makes it smaller.

    At zlib's usual level: the highest takes twice as long for two bytes of a hundred.
    """
    compressed = zlib.compress(content)
    if len(compressed) < len(content):
        return Stream(compressed, f"{entries}/Filter/FlateDecode")
    return Stream(content, entries)


def add_object(document: Any, source: str) -> int:
    """Add an object that is written so in PDF; returns its number."""
    xref: int = document.get_new_xref()
    document.update_object(xref, source)
    return xref


def add_stream(document: Any, stream: Stream) -> int:
    """Add a stream object; returns its number."""
    xref = add_object(document, f"<<{stream.entries}>>")
    pdf = _pdf(document)
    # Told that it is compressed, MuPDF leaves alone the entries that say how.
    buffer = mupdf.fz_new_buffer_from_copied_data(stream.content)
    mupdf.pdf_update_stream(pdf, mupdf.pdf_new_indirect(pdf, xref, 0), buffer, 1)
    return xref


def set_contents(document: Any, page: Any, xrefs: Iterable[int]) -> None:
    """Make the content of a page of streams, one after the other."""
    pdf = _pdf(document)
    contents = mupdf.pdf_dict_put_array(_dictionary(page), mupdf.PDF_ENUM_NAME_Contents, 1)
    for xref in xrefs:
        mupdf.pdf_array_push(contents, mupdf.pdf_new_indirect(pdf, xref, 0))


def add_resource(document: Any, page: Any, kind: str, name: str, xref: int) -> None:
    """Name an object in the resources of a page, wherever they are kept.

    Args:
        kind: of the object, as resources are sorted by: ``Font``, ``XObject``.
    """
    own = _dictionary(page)
    resources = mupdf.pdf_dict_get_inheritable(own, mupdf.PDF_ENUM_NAME_Resources)
    if not mupdf.pdf_is_dict(resources):
        resources = mupdf.pdf_dict_put_dict(own, mupdf.PDF_ENUM_NAME_Resources, 1)
    named = mupdf.pdf_dict_gets(resources, kind)
    if not mupdf.pdf_is_dict(named):
        named = mupdf.pdf_dict_put_dict(resources, mupdf.pdf_new_name(kind), 1)
    mupdf.pdf_dict_puts(named, name, mupdf.pdf_new_indirect(_pdf(document), xref, 0))


def _pdf(document: Any) -> Any:
    return mupdf.pdf_document_from_fz_document(document.this)


def _dictionary(page: Any) -> Any:
    return mupdf.pdf_page_from_fz_page(page.this).obj()
