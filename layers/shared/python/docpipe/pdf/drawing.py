"""Drawing PDF pages. A page that is one scan is read as it is; anything else is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pymupdf
from PIL import Image, UnidentifiedImageError

from docpipe.domain.resolution import POINTS_PER_INCH, PREVIEW_DPI, drawing_dpi, within_budget
from docpipe.page_source import Drawing, turned

_EDGE_POINTS = 3.0
"""A scan that misses the page's edge by less fills the page."""

_SQUARE_PIXELS = 0.01
"""Horizontal and vertical resolution that differ by less are the same."""

_OPAQUE = 255

_PASSED_ON_BYTES = 4_000_000
"""A larger JPEG is encoded anew: nobody waits for it on a phone."""


@dataclass(frozen=True, slots=True)
class _Scan:
    """An image that fills its page.

    Attributes:
        xref: number of its object, or 0 when that cannot be told.
        gray: whether it has brightness alone.
        dpi: pixels an inch, in both directions.
    """

    xref: int
    width: int
    height: int
    gray: bool
    dpi: float


def draw(page: Any) -> Drawing:
    """Draw a page of PyMuPDF for recognition."""
    scan = _scan_of(page)
    dpi = drawing_dpi(page.rect.width, page.rect.height, native_dpi=scan.dpi if scan else None)
    if scan is not None and scan.dpi == dpi and scan.xref:
        drawing = _embedded_jpeg(page, scan) or _pixels(page, scan)
        if drawing is not None:
            return drawing
    return render(page, dpi, gray=scan is not None and scan.gray)


def preview(page: Any) -> Drawing:
    """Draw a page of PyMuPDF for looking at."""
    return render(page, within_budget(page.rect.width, page.rect.height, PREVIEW_DPI, floor=1.0), gray=False)


def shows_image(page: Any) -> bool:
    """Whether a page of PyMuPDF paints an image."""
    return any("image" in kind for kind, _ in page.get_bboxlog())


def render(page: Any, dpi: float, *, gray: bool) -> Drawing:
    """Draw a page of PyMuPDF at a resolution, as it is shown."""
    zoom = dpi / POINTS_PER_INCH
    pixmap = page.get_pixmap(
        matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csGRAY if gray else pymupdf.csRGB, alpha=False
    )
    return Drawing(_image(pixmap), dpi)


def _image(pixmap: Any) -> Image.Image:
    return Image.frombytes("L" if pixmap.n == 1 else "RGB", (pixmap.width, pixmap.height), pixmap.samples_mv)


def _scan_of(page: Any) -> _Scan | None:
    """The one image that fills the page, when nothing else is painted that could be seen."""
    if any(kind not in ("fill-image", "ignore-text") for kind, _ in page.get_bboxlog()):
        return None
    infos = page.get_image_info()
    if len(infos) != 1:
        return None
    (info,) = infos
    a, b, c, d, *_ = info["transform"]
    # Image and frame are told as they are before the page's rotation entry turns them.
    frame = pymupdf.Rect(page.rect) * page.derotation_matrix
    fills = all(abs(edge - other) < _EDGE_POINTS for edge, other in zip(info["bbox"], frame, strict=True))
    if not fills or b or c or a <= 0 or d <= 0:
        return None
    dpi = info["width"] / a * POINTS_PER_INCH
    if abs(info["height"] / d * POINTS_PER_INCH / dpi - 1) > _SQUARE_PIXELS:
        return None
    return _Scan(_xref(page, info), info["width"], info["height"], info["colorspace"] == 1, dpi)


def _xref(page: Any, info: dict[str, Any]) -> int:
    """The object of the image shown: the only one of its size among the page's resources, else 0.

    PyMuPDF can compare the pixels of all of them, for which it decodes every one.
    """
    found = [entry[0] for entry in page.get_images() if entry[2:4] == (info["width"], info["height"])]
    return int(found[0]) if len(found) == 1 else 0


def _pixels(page: Any, scan: _Scan) -> Drawing | None:
    """The scan's own pixels: cheaper than rendering the page, and sharper. None when they are not all there is."""
    document = page.parent
    if _has(document, scan, "Mask", "ImageMask") or not _opaque(document, scan):
        return None
    pixmap = pymupdf.Pixmap(document, scan.xref)
    if pixmap.alpha or pixmap.colorspace is None or (pixmap.width, pixmap.height) != (scan.width, scan.height):
        return None
    plain = pymupdf.csGRAY if pixmap.n == 1 else pymupdf.csRGB
    if pixmap.colorspace.name != plain.name:
        pixmap = pymupdf.Pixmap(plain, pixmap)
    return Drawing(turned(_image(pixmap), page.rotation), scan.dpi)


def _embedded_jpeg(page: Any, scan: _Scan) -> Drawing | None:
    """The scan's own JPEG, when a browser shows it just as a PDF viewer does."""
    document = page.parent
    if page.rotation or document.xref_get_key(scan.xref, "Filter")[1] not in ("/DCTDecode", "[/DCTDecode]"):
        return None
    if _has(document, scan, "Decode", "SMask", "Mask", "ColorTransform"):
        return None
    jpeg = document.xref_stream_raw(scan.xref)
    try:
        image = Image.open(BytesIO(jpeg))
        # A browser would turn the image by its EXIF orientation; a PDF viewer does not.
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


def _opaque(document: Any, scan: _Scan) -> bool:
    """Whether the scan has no soft mask, or one that lets nothing through, as some scanners' software writes them.

    Rendering a page with a soft mask takes five times the memory of its pixels.
    """
    kind, mask = document.xref_get_key(scan.xref, "SMask")
    if kind != "xref":
        return bool(kind == "null")
    pixmap = pymupdf.Pixmap(document, int(mask.split()[0]))
    return bool(pixmap.n == 1 and _image(pixmap).getextrema()[0] == _OPAQUE)


def _has(document: Any, scan: _Scan, *keys: str) -> bool:
    return any(document.xref_get_key(scan.xref, key)[0] != "null" for key in keys)
