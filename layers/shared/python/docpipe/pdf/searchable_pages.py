"""What is done to single pages of a searchable PDF."""

from __future__ import annotations

from typing import Any

import pymupdf

from docpipe.domain.page import PageText
from docpipe.pdf.faults import FAULTS
from docpipe.pdf.glyphless import FONT_NAME, GlyphlessFont
from docpipe.pdf.invisible_text import Matrix, content
from docpipe.pdf.original_images import Original

_IMAGE = "DocpipeImage"

_INHERITED = 64
"""Levels of the page tree that are looked at; a deeper one runs in circles."""

_HIDE_BEGIN = b"\n/Span<</ActualText<FEFF0020>>>BDC\n"
_HIDE_END = b"\nEMC\n"
"""What lies between stands for one space (ISO 32000-1, 14.9.4): of an empty text PDFium takes no notice."""


def lay_text(document: Any, page: Any, text: PageText, font: GlyphlessFont) -> int:
    """Lay the words of a page over it, as wide and as high as their boxes, unseen.

    The text comes before the page's own content, so that no state the page leaves behind, not even
    an unbalanced one, can disturb it. Text that the page already has would be found twice; it is
    marked as standing for a space, and is drawn as before.

    Returns:
        Bytes of the layer.
    """
    layer = content(text.words, _placement(page), FONT_NAME, font.encode)
    own = page.get_contents()
    if _has_text(page):
        streams = [_stream(document, layer + _HIDE_BEGIN), *own, _stream(document, _HIDE_END)]
    else:
        streams = [_stream(document, layer + b"\n"), *own]
    document.xref_set_key(page.xref, "Contents", "[" + " ".join(f"{xref} 0 R" for xref in streams) + "]")
    _use_font(document, page.xref, font.xref)
    return len(layer)


def _has_text(page: Any) -> bool:
    try:
        return bool(page.get_text(flags=0).strip())
    except FAULTS:
        # What MuPDF cannot read another reader may.
        return True


def show_image(page: Any, jpeg: bytes) -> None:
    """Fill a page with a JPEG, whose bytes are embedded as they are."""
    page.insert_image(page.rect, stream=jpeg, keep_proportion=False)


def show_original(document: Any, page: Any, original: Original) -> None:
    """Fill a page with an image that was in the document, and turn the page as the image has to be seen."""
    image = _stream(document, original.stream, compress=False)
    # Entries that say how the stream is to be read go with it; MuPDF takes them away with each new stream.
    for name, value in original.entries.items():
        document.xref_set_key(image, name, value)
    width, height = page.rect.width, page.rect.height
    home, path = _entry(document, page.xref, "Resources")
    home, path = _entry(document, home, f"{path}XObject")
    document.xref_set_key(home, f"{path}{_IMAGE}", f"{image} 0 R")
    along, begin = (-width, width) if original.mirrored else (width, 0)
    shown = _stream(document, f"q {along:.3f} 0 0 {height:.3f} {begin:.3f} 0 cm /{_IMAGE} Do Q".encode("ascii"))
    document.xref_set_key(page.xref, "Contents", f"{shown} 0 R")
    page.set_rotation(original.turn)


def _placement(page: Any) -> Matrix:
    """From points of the page as shown to the page's own space."""
    media_box, shown = pymupdf.mupdf.FzRect(), pymupdf.mupdf.FzMatrix()
    pymupdf.mupdf.pdf_page_transform(pymupdf.mupdf.pdf_page_from_fz_page(page.this), media_box, shown)
    back = shown.fz_invert_matrix()
    return (back.a, back.b, back.c, back.d, back.e, back.f)


def _stream(document: Any, content: bytes, *, compress: bool = True) -> int:
    xref: int = document.get_new_xref()
    document.update_object(xref, "<<>>")
    document.update_stream(xref, content, new=True, compress=compress)
    return xref


def _use_font(document: Any, page_xref: int, font_xref: int) -> None:
    """Name the font in the resources of the page, wherever they are kept."""
    home, path = _entry(document, _owner_of_resources(document, page_xref), "Resources")
    home, path = _entry(document, home, f"{path}Font")
    document.xref_set_key(home, f"{path}{FONT_NAME}", f"{font_xref} 0 R")


def _owner_of_resources(document: Any, page_xref: int) -> int:
    """The page, or the node of the page tree from which it inherits its resources."""
    node = page_xref
    for _ in range(_INHERITED):
        if document.xref_get_key(node, "Resources")[0] in ("dict", "xref"):
            return node
        kind, parent = document.xref_get_key(node, "Parent")
        if kind != "xref":
            break
        node = int(parent.split()[0])
    return page_xref


def _entry(document: Any, xref: int, path: str) -> tuple[int, str]:
    """Where the entries of the dictionary at a path are: the object, and the path inside it."""
    kind, value = document.xref_get_key(xref, path)
    if kind == "xref":
        return int(value.split()[0]), ""
    return xref, f"{path}/"
