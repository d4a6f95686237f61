"""The paper that print stands on: its brightness, and how to make it even where it is shaded or faint."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageOps

_PATCH = 16
"""Pixels along the side of the patches in which the paper is looked for: larger than a stroke of print."""

_NEIGHBOURS = 5
"""Patches along the side of the square whose brightest is taken for paper: letters are smaller than that."""

_FADE = 2
"""Patches over which one brightness fades into the next."""

_DARKEST_SHARE = 0.01
"""Share of the pixels that become black: faint print is spread over the whole range of grey."""

_FAINTEST = 190
"""Print is taken to be no fainter than this on paper of 255; with less ink on a page, its paper would turn dark."""


def evened(gray: Image.Image) -> Image.Image:
    """The page in mode ``L`` with shades and shadows lifted to white, and print as dark as it gets."""
    if min(gray.size) < _PATCH * _NEIGHBOURS:
        return gray
    patches = gray.reduce(_PATCH).filter(ImageFilter.MaxFilter(_NEIGHBOURS)).filter(ImageFilter.BoxBlur(_FADE))
    paper = patches.resize(gray.size, Image.Resampling.BILINEAR)
    lifted = ImageChops.add(gray, ImageOps.invert(paper))
    black = min(_FAINTEST, _darkest(lifted))
    return lifted.point([round(max(0, level - black) * 255 / (255 - black)) for level in range(256)])


def _darkest(gray: Image.Image) -> int:
    """The level that the darkest pixels do not reach above."""
    seen, enough = 0, gray.width * gray.height * _DARKEST_SHARE
    for level, count in enumerate(gray.histogram()):
        seen += count
        if seen > enough:
            return level
    return 255


def paper_level(gray: Image.Image) -> int:
    """The brightness of most of a page in mode ``L``."""
    small = gray.reduce(_PATCH) if min(gray.size) > _PATCH else gray
    histogram = small.histogram()
    return histogram.index(max(histogram))
