"""Drawing PDF pages. A page that is one scan is read as it is; anything else is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pymupdf
from PIL import Image, UnidentifiedImageError

from docpipe.domain.resolution import MAX_PIXELS, NATIVE_DPI, POINTS_PER_INCH, PREVIEW_DPI, drawing_dpi, within_budget
from docpipe.page_source import Drawing

_EDGE_POINTS = 3.0
"""A scan that misses the page's edge by less fills the page."""

_SQUARE_PIXELS = 0.01
"""Horizontal and vertical resolution that differ by less are the same."""

_PASSED_ON_BYTES = 4_000_000
"""A larger JPEG is encoded anew: nobody waits for it on a phone."""


@dataclass(frozen=True, slots=True)
class _Scan:
    """An image that fills its page, upright."""

    xref: int
    width: int
    height: int
    components: int
    dpi: float


def draw(page: Any) -> Drawing:
    """Draw a page of PyMuPDF for recognition."""
    scan = _scan_of(page)
    if scan is not None and scan.components in (1, 3):
        drawing = _embedded_jpeg(page, scan)
        if drawing is not None:
            return drawing
    dpi = drawing_dpi(page.rect.width, page.rect.height, native_dpi=scan.dpi if scan else None)
    return _render(page, dpi, gray=scan is not None and scan.components == 1)


def preview(page: Any) -> Drawing:
    """Draw a page of PyMuPDF for looking at."""
    return _render(page, within_budget(page.rect.width, page.rect.height, PREVIEW_DPI, floor=1.0), gray=False)


def _render(page: Any, dpi: float, *, gray: bool) -> Drawing:
    zoom = dpi / POINTS_PER_INCH
    pixmap = page.get_pixmap(
        matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csGRAY if gray else pymupdf.csRGB, alpha=False
    )
    mode = "L" if gray else "RGB"
    image = Image.frombytes(mode, (pixmap.width, pixmap.height), pixmap.samples_mv)
    return Drawing(image, dpi)


def _scan_of(page: Any) -> _Scan | None:
    """The one image that fills the page, when nothing else is painted that could be seen."""
    if any(kind not in ("fill-image", "ignore-text") for kind, _ in page.get_bboxlog()):
        return None
    infos = page.get_image_info(xrefs=True)
    if len(infos) != 1 or page.rotation != 0:
        return None
    (info,) = infos
    a, b, c, d, *_ = info["transform"]
    box = pymupdf.Rect(info["bbox"])
    edges = ((box.x0, page.rect.x0), (box.y0, page.rect.y0), (box.x1, page.rect.x1), (box.y1, page.rect.y1))
    fills = all(abs(edge - other) < _EDGE_POINTS for edge, other in edges)
    if not fills or b or c or a <= 0 or d <= 0:
        return None
    dpi = info["width"] / a * POINTS_PER_INCH
    if abs(info["height"] / d * POINTS_PER_INCH / dpi - 1) > _SQUARE_PIXELS:
        return None
    return _Scan(info["xref"], info["width"], info["height"], info["colorspace"], dpi)


def _embedded_jpeg(page: Any, scan: _Scan) -> Drawing | None:
    """The scan's own JPEG, for pages whose image needs neither resampling nor colour conversion."""
    if not NATIVE_DPI[0] <= scan.dpi <= NATIVE_DPI[1] or scan.width * scan.height > MAX_PIXELS or not scan.xref:
        return None
    document = page.parent
    if document.xref_get_key(scan.xref, "Filter")[1] not in ("/DCTDecode", "[/DCTDecode]"):
        return None
    if any(document.xref_get_key(scan.xref, key)[0] != "null" for key in ("Decode", "SMask", "Mask", "ColorTransform")):
        return None
    jpeg = document.xref_stream_raw(scan.xref)
    try:
        image = Image.open(BytesIO(jpeg))
        # A browser would turn the image by its EXIF orientation; a PDF viewer did not.
        if (
            len(jpeg) > _PASSED_ON_BYTES
            or image.getexif()
            or image.format != "JPEG"
            or image.mode not in ("L", "RGB")
            or image.size != (scan.width, scan.height)
        ):
            return None
        # Recognition needs brightness alone, and a JPEG holds it apart: the colours are not decoded.
        image.draft("L", image.size)
        image.load()
    except (OSError, SyntaxError, UnidentifiedImageError):
        return None
    return Drawing(image, scan.dpi, jpeg)
