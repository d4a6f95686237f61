"""Telling blank pages cheaply: recognising one costs as much as recognising a full one, and may invent text."""

from __future__ import annotations

from PIL import Image

_SHRINK = 4
"""Specks of dust of a pixel or two vanish when 4 × 4 pixels become one; strokes of print do not."""

_CONTRAST = 40
"""Grey levels below the paper's from which a pixel counts as ink: faint pencil is about 50 below."""

_INK_SHARE = 0.00003
"""Share of ink pixels up to which a page is blank. A lone page number of two digits has about 0.0001."""


def is_blank(gray: Image.Image) -> bool:
    """Whether a page, in mode ``L``, holds nothing to recognise, print on light or on dark paper."""
    small = gray.reduce(_SHRINK) if min(gray.size) > _SHRINK * 8 else gray
    histogram = small.histogram()
    total = sum(histogram)
    paper = _median(histogram, total)
    darker = sum(histogram[: max(0, paper - _CONTRAST)])
    lighter = sum(histogram[paper + _CONTRAST :])
    return (darker + lighter) / total < _INK_SHARE


def _median(histogram: list[int], total: int) -> int:
    seen = 0
    for level, count in enumerate(histogram):
        seen += count
        if seen * 2 >= total:
            return level
    return 255
