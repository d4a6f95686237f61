"""Telling blank pages cheaply: recognising one costs as much as recognising a full one, and may invent text."""

from __future__ import annotations

from PIL import Image

from docpipe.reading.paper import sample

_SHRINK = 4
"""Specks of dust of a pixel or two vanish when 4 × 4 pixels become one; strokes of print do not."""

_CONTRAST = 40
"""Grey levels below the paper's from which a pixel counts as ink: faint pencil is about 50 below."""

_INK_SHARE = 0.00003
"""Share of ink pixels up to which a page is blank. A lone page number of two digits has about 0.0001."""

_STRIDE = 16
_PLAIN_CONTRAST = 128
_PLAIN_SHARE = 0.03
"""A page of print is told at a twentieth of the cost: of its pixels, one of so many in both directions, more than this
share lies so many levels off the paper. Noise that does so leaves more than ``_INK_SHARE`` when it is averaged as well:
where single pixels are 128 levels off, 3 % of them make five of sixteen in 0.00007 of the places."""


def is_blank(page: Image.Image) -> bool:
    """Whether a page, in mode ``L`` or ``RGB``, holds nothing to recognise, print on light or on dark paper."""
    if _ink_share(sample(page, _STRIDE), _PLAIN_CONTRAST) > _PLAIN_SHARE:
        return False
    gray = page if page.mode == "L" else page.convert("L")
    small = gray.reduce(_SHRINK) if min(gray.size) > _SHRINK * 8 else gray
    return _ink_share(small, _CONTRAST) < _INK_SHARE


def _ink_share(gray: Image.Image, contrast: int) -> float:
    """Share of the pixels, 0-1, that are so many levels darker or lighter than the paper, or more."""
    histogram = gray.histogram()
    total = sum(histogram)
    paper = _median(histogram, total)
    darker = sum(histogram[: max(0, paper - contrast)])
    lighter = sum(histogram[paper + contrast :])
    return (darker + lighter) / total


def _median(histogram: list[int], total: int) -> int:
    seen = 0
    for level, count in enumerate(histogram):
        seen += count
        if seen * 2 >= total:
            return level
    return 255
