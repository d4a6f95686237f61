"""What is done to single pages of a searchable PDF."""

from __future__ import annotations

from typing import Any

import pymupdf

from docpipe.domain.page import PageText
from docpipe.pdf.faults import FAULTS
from docpipe.pdf.glyphless import FONT_NAME, GlyphlessFont
from docpipe.pdf.invisible_text import Matrix, content
from docpipe.pdf.objects import Stream, add_resource, add_stream, deflated, set_contents
from docpipe.pdf.original_images import Original

_IMAGE = "DocpipeImage"

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
        streams = [_added(document, layer + _HIDE_BEGIN), *own, _added(document, _HIDE_END)]
    else:
        streams = [_added(document, layer + b"\n"), *own]
    set_contents(document, page, streams)
    add_resource(document, page, "Font", FONT_NAME, font.xref)
    return len(layer)


def _has_text(page: Any) -> bool:
    try:
        # As ``get_text`` does, which besides asks for the crop box, for a quarter of its time.
        return bool(page.get_textpage(flags=0).extractText().strip())
    except FAULTS:
        # What MuPDF cannot read another reader may.
        return True


def show_image(page: Any, jpeg: bytes) -> None:
    """Fill a page with a JPEG, whose bytes are embedded as they are."""
    page.insert_image(page.rect, stream=jpeg, keep_proportion=False)


def show_original(document: Any, page: Any, original: Original) -> None:
    """Fill a page with an image that was in the document, and turn the page as the image has to be seen."""
    entries = "".join(f"/{name} {value}" for name, value in original.entries.items())
    image = add_stream(document, Stream(original.stream, entries))
    add_resource(document, page, "XObject", _IMAGE, image)
    width, height = page.rect.width, page.rect.height
    along, begin = (-width, width) if original.mirrored else (width, 0)
    shown = f"q {along:.3f} 0 0 {height:.3f} {begin:.3f} 0 cm /{_IMAGE} Do Q"
    set_contents(document, page, [_added(document, shown.encode("ascii"))])
    page.set_rotation(original.turn)


def _placement(page: Any) -> Matrix:
    """From points of the page as shown to the page's own space."""
    media_box, shown = pymupdf.mupdf.FzRect(), pymupdf.mupdf.FzMatrix()
    pymupdf.mupdf.pdf_page_transform(pymupdf.mupdf.pdf_page_from_fz_page(page.this), media_box, shown)
    back = shown.fz_invert_matrix()
    return (back.a, back.b, back.c, back.d, back.e, back.f)


def _added(document: Any, content: bytes) -> int:
    return add_stream(document, deflated(content))
