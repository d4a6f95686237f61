"""At which resolution a page is drawn."""

from __future__ import annotations

from math import sqrt

from docpipe.domain.errors import PageTooLargeError

POINTS_PER_INCH = 72.0

OCR_DPI = 300.0
"""At which pages are drawn that have no resolution of their own; Tesseract's documentation asks for 300 dpi."""

NATIVE_DPI = (190.0, 330.0)
"""A scan within this range is read as it is: resampling it costs time and sharpness. A finer one is drawn at 300 dpi; a
coarser one is drawn as it is too, and enlarged to be recognised."""

RECOGNITION_DPI = 225.0
"""What is recognised of a finer page: Tesseract, which scales each line to 36 pixels, reads print of 4.5 to 10 points
better so than at 300 dpi, in five sixths of the time. At 200 dpi small print suffers. Figures in docs/reading.md."""

_LEAST_REDUCTION = 1.3
"""Less gains little, and what lies between is mostly pictures of a screen, whose print is small: of one table at 289
dpi a third of the words was lost."""

PREVIEW_DPI = 100.0
"""For pages whose text is known: 8 times fewer pixels than for OCR, and still readable on a screen."""

MAX_ENLARGEMENT = 1.5
"""A coarser scan is enlarged by so much at most. Measured on 27 photographed receipts of 90 to 190 dpi: words
found at 1 ×, 1.5 ×, 2 × and 3 × their size: 0.81, 0.83, 0.80, 0.78 (F1)."""

_LEAST_ENLARGEMENT = 1.05
"""Less is not worth it: a large page is drawn as fine as its pixels may be, give or take a rounding."""

MAX_PIXELS = 36_000_000
"""A3 at 300 dpi has 17.4 million, A2 35 million. At most four bytes a pixel are held at once."""

MAX_SIDE = 32_000
"""Pixels along one side: Tesseract takes 32,767, a JPEG 65,535."""

LARGEST_PAPER = 18.0
"""Inches: a little more than A3. A page of which a side is longer and whose scan is coarse has a wrong size in
its file, as software writes it that takes one pixel for one point."""

PAPER_LONG_EDGE = 11.0
"""Inches: US letter. What a page of unknown size is taken for."""

MIN_DPI = 10.0
"""What is still too large at this resolution measures over 16 metres: no document is meant."""


def drawing_dpi(width: float, height: float, *, native_dpi: float | None = None) -> float:
    """Pixels an inch for a page of ``width`` × ``height`` points.

    Args:
        width: points.
        height: points.
        native_dpi: resolution of the scan that fills the page, or None when none does.

    Raises:
        PageTooLargeError: the page has too many pixels even at ``MIN_DPI``.
    """
    wanted = OCR_DPI if native_dpi is None else _scan_dpi(native_dpi, max(width, height) / POINTS_PER_INCH)
    return within_budget(width, height, wanted, floor=MIN_DPI)


def recognition_dpi(drawn: float, width: int, height: int) -> float:
    """Pixels an inch at which a page is recognised that is drawn at ``drawn``, ``width`` × ``height`` pixels large."""
    if drawn > RECOGNITION_DPI * _LEAST_REDUCTION:
        return RECOGNITION_DPI
    true_size = _true_size(drawn, max(width, height) / drawn)
    if drawn / true_size >= NATIVE_DPI[0]:
        return drawn
    wide, high = (side / drawn * POINTS_PER_INCH for side in (width, height))
    larger = within_budget(wide, high, min(OCR_DPI * true_size, drawn * MAX_ENLARGEMENT), floor=0.0)
    return larger if larger >= drawn * _LEAST_ENLARGEMENT else drawn


def plausible_dpi(dpi: float, long_edge_pixels: int) -> float:
    """``dpi``, or what it would be if the image were on the largest paper, for images of pages that cannot be so large.

    Tesseract sizes what it looks for by it, so that a scan of 300 dpi that says 72 loses lines and rules.
    """
    return max(dpi, long_edge_pixels / LARGEST_PAPER) if dpi < NATIVE_DPI[0] else dpi


def _scan_dpi(native: float, long_edge: float) -> float:
    """The resolution at which a scan is drawn, whose longer side measures ``long_edge`` inches."""
    true_size = _true_size(native, long_edge)
    return native if native / true_size <= NATIVE_DPI[1] else OCR_DPI * true_size


def _true_size(dpi: float, long_edge: float) -> float:
    """What an inch of the file is in inches of paper, for a scan whose longer side measures ``long_edge`` inches.

    Of a scan that cannot be so large the pixels are right and the inches are wrong.
    """
    return min(1.0, PAPER_LONG_EDGE / long_edge) if dpi < NATIVE_DPI[0] and long_edge > LARGEST_PAPER else 1.0


def within_budget(width: float, height: float, dpi: float, *, floor: float) -> float:
    """``dpi``, or less where the page would have more than ``MAX_PIXELS`` or ``MAX_SIDE``, but never under ``floor``.

    Raises:
        PageTooLargeError: even ``floor`` is too much.
    """
    wide, high = (max(side, 1.0) / POINTS_PER_INCH for side in (width, height))
    affordable = min(sqrt(MAX_PIXELS / (wide * high)), MAX_SIDE / max(wide, high))
    if affordable < floor:
        raise PageTooLargeError
    return min(dpi, affordable)
