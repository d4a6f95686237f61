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
    """An image that covers its page.

    Attributes:
        xref: number of its object, or 0 when that cannot be told.
        dpi: pixels an inch, in both directions.
        shown: left, top, right and bottom edge of the part that the page shows, in pixels; None when it shows all.
    """

    xref: int
    width: int
    height: int
    dpi: float
    shown: tuple[int, int, int, int] | None


def draw(page: Any) -> Drawing:
    """Draw a page of PyMuPDF for recognition."""
    images = _images_alone(page)
    scan = _scan_of(page, images)
    dpi = drawing_dpi(page.rect.width, page.rect.height, native_dpi=scan.dpi if scan else None)
    if scan is not None and scan.dpi == dpi and scan.xref:
        drawing = _embedded_jpeg(page, scan) or _pixels(page, scan)
        if drawing is not None:
            return drawing
    return render(page, dpi, gray=bool(images) and all(map(_is_gray, images)))


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


def _images_alone(page: Any) -> list[dict[str, Any]]:
    """The images painted on a page on which nothing else could be seen, as PyMuPDF tells them; else none."""
    if any(kind not in ("fill-image", "ignore-text") for kind, _ in page.get_bboxlog()):
        return []
    return list(page.get_image_info())


def _is_gray(image: dict[str, Any]) -> bool:
    """Whether an image has brightness alone. The entries of a palette are one number as well."""
    return image["colorspace"] == 1 and "Gray" in image["cs-name"]


def _scan_of(page: Any, images: list[dict[str, Any]]) -> _Scan | None:
    """The one image that covers the page, upright and with square pixels."""
    if len(images) != 1:
        return None
    (image,) = images
    a, b, c, d, *_ = image["transform"]
    if b or c or a <= 0 or d <= 0:
        return None
    dpi = image["width"] / a * POINTS_PER_INCH
    if abs(image["height"] / d * POINTS_PER_INCH / dpi - 1) > _SQUARE_PIXELS:
        return None
    # Image and frame are told as they are before the page's rotation entry turns them.
    frame = pymupdf.Rect(page.rect) * page.derotation_matrix
    left, top, right, bottom = (inner - outer for inner, outer in zip(frame, image["bbox"], strict=True))
    if max(-left, -top, right, bottom) >= _EDGE_POINTS:
        return None
    shown = None
    if max(left, top, -right, -bottom) >= _EDGE_POINTS:
        shown = _in_pixels((left, top, a + right, d + bottom), dpi, image["width"], image["height"])
    return _Scan(_xref(page, image), image["width"], image["height"], dpi, shown)


def _in_pixels(
    edges: tuple[float, float, float, float], dpi: float, width: int, height: int
) -> tuple[int, int, int, int]:
    """A part of an image, in points from its corner, as pixels of it."""
    left, top, right, bottom = (round(edge * dpi / POINTS_PER_INCH) for edge in edges)
    return max(0, left), max(0, top), min(width, right), min(height, bottom)


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
    image = _image(pixmap)
    return Drawing(turned(image.crop(scan.shown) if scan.shown else image, page.rotation), scan.dpi)


def _embedded_jpeg(page: Any, scan: _Scan) -> Drawing | None:
    """The scan's own JPEG, when a browser shows it just as a PDF viewer does."""
    document = page.parent
    encoding = document.xref_get_key(scan.xref, "Filter")[1]
    if page.rotation or scan.shown or encoding not in ("/DCTDecode", "[/DCTDecode]"):
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
