"""At which resolution a page is drawn."""

from __future__ import annotations

from math import sqrt

from docpipe.domain.errors import PageTooLargeError

POINTS_PER_INCH = 72.0

OCR_DPI = 300.0
"""What Tesseract's models were made for (its documentation asks for at least 300 dpi)."""

NATIVE_DPI = (190.0, 330.0)
"""A scan within this range is read as it is: resampling it costs time and sharpness."""

PREVIEW_DPI = 100.0
"""For pages whose text is known: 8 times fewer pixels than for OCR, and still readable on a screen."""

MAX_PIXELS = 36_000_000
"""A3 at 300 dpi has 17.4 million, A2 35 million. At most four bytes a pixel are held at once."""

MIN_DPI = 100.0
"""Below this print of 10 points is under 14 pixels high, and Tesseract guesses."""


def drawing_dpi(width: float, height: float, *, native_dpi: float | None = None) -> float:
    """Pixels an inch for a page of ``width`` × ``height`` points.

    Args:
        width: points.
        height: points.
        native_dpi: resolution of the scan that fills the page, or None when none does.

    Raises:
        PageTooLargeError: the page has too many pixels even at ``MIN_DPI``.
    """
    wanted = OCR_DPI
    if native_dpi is not None and NATIVE_DPI[0] <= native_dpi <= NATIVE_DPI[1]:
        wanted = native_dpi
    return within_budget(width, height, wanted, floor=MIN_DPI)


def within_budget(width: float, height: float, dpi: float, *, floor: float) -> float:
    """``dpi``, or less where the page would have more than ``MAX_PIXELS``, but never under ``floor``.

    Raises:
        PageTooLargeError: even ``floor`` is too much.
    """
    square_inches = max(width, 1.0) * max(height, 1.0) / POINTS_PER_INCH**2
    affordable = sqrt(MAX_PIXELS / square_inches)
    if affordable < floor:
        raise PageTooLargeError
    return min(dpi, affordable)
