"""What the profiles of a page tell without recognising it: which way its lines run, and how far they are tilted.

Where lines of print lie along the rows of pixels, brightness averaged over each row goes up and down from row to
row. Along any other direction it is smoothed out. So the direction of the lines is the one of the roughest profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import dist, radians, tan
from typing import Final, Self

from PIL import Image

_CELLS: Final = 400
"""Cells of a profile: about six for each line of print on a full page."""

_STRIPS: Final = 48
"""Strips, or a few more, in which the page is averaged across its lines before they are shifted against each other;
within one, 4 mm wide, a tilt of ten degrees smears print by less than a line's height."""

_DOWNWARD_RATIO: Final = 1.6
"""How much rougher the profile across the columns must be than the one across the rows for lines to run downwards."""

_STEEPEST: Final = 15.0
"""Degrees up to which a tilt is looked for: sheets lie crooked in a feeder by less."""

_COARSE: Final = 0.75
_FINE: Final = 0.125
"""Degrees between two tries, first over the whole range, then around the best. Over half a degree from where it is
roughest a full page's profile is smooth."""

_PLAIN: Final = 10.0
"""So much rougher in one direction than in the other is no page tilted by a degree or two; half of the pages are."""

_ROUGH: Final = 20.0
"""Roughness that no page reaches along a direction that is not its lines': of 292 profiles of pages turned by up to
twelve degrees none had more than 12 and yet a peak."""

_PEAK: Final = 1.5
"""How much rougher the profile must be than those beside it to be the peak, which nothing further off exceeds."""

_BESIDE: Final = 1.5
"""Degrees between a profile and those beside it."""

_BY_CELLS: Final = Image.Resampling.NEAREST
_SMOOTH: Final = Image.Resampling.BILINEAR
"""Strips shifted by whole cells tell where a profile is roughest as well, in a sixth of the time; what it is compared
with other profiles by is told as if cells could be parted, or tilted ones would seem rougher than they are."""

_ROUGHER: Final = 1.25
"""How much rougher the profile along a tilt must be than the one without, for the tilt to be believed."""


@dataclass(frozen=True, slots=True)
class Lines:
    """How lines of print lie.

    Attributes:
        downwards: whether they run from top to bottom, or from bottom to top.
        tilt: clockwise degrees by which they are turned against the edge that they run along; 0.0 when none is seen.
    """

    downwards: bool
    tilt: float


def lines_of(gray: Image.Image) -> Lines:
    """Look for the lines of a page in mode ``L``."""
    small = gray.reduce(shrink) if (shrink := min(gray.size) // (2 * _CELLS)) > 1 else gray
    upright, lying = _Strips.across_rows(small), _Strips.across_columns(small)
    rows, columns = upright.roughness(0.0), lying.roughness(0.0)
    if max(rows, columns) > _PLAIN * min(rows, columns):
        return Lines(columns > rows, 0.0)
    if rows > _PEAK * columns and upright.peaks(rows):
        return Lines(downwards=False, tilt=0.0)
    rows, rows_tilt = upright.roughest()
    columns, columns_tilt = lying.roughest()
    downwards = columns > _DOWNWARD_RATIO * rows
    return Lines(downwards, columns_tilt if downwards else rows_tilt)


class _Strips:
    """A page averaged in strips across its lines, which can be shifted against each other.

    Args:
        image: of each strip a row of ``_CELLS`` pixels; the page's lines run from row to row.
        slope: how many cells long a strip is wide.
    """

    def __init__(self, image: Image.Image, slope: float) -> None:
        self._image = image
        self._slope = slope

    @classmethod
    def across_rows(cls, page: Image.Image) -> Self:
        """For lines that run along the page's rows."""
        width = max(1, page.width // _STRIPS)
        strips = page.reduce((width, 1))
        cells = strips.resize((strips.width, _CELLS), Image.Resampling.BOX).transpose(Image.Transpose.TRANSPOSE)
        return cls(cells, width / (page.height / _CELLS))

    @classmethod
    def across_columns(cls, page: Image.Image) -> Self:
        """For lines that run along its columns; from right to left, so that a tilt shifts strips the same way."""
        width = max(1, page.height // _STRIPS)
        strips = page.reduce((1, width))
        cells = strips.resize((_CELLS, strips.height), Image.Resampling.BOX).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return cls(cells, width / (page.width / _CELLS))

    def roughness(self, tilt: float, shifting: Image.Resampling = _BY_CELLS) -> float:
        """Of the profile along lines that are tilted by so many degrees: mean square of the steps from cell to cell."""
        strips = self._image.height
        shift = tan(radians(tilt)) * self._slope
        # What is shifted in from beyond the edges is not the page's, and enough has to be left that is.
        margin = int(abs(shift) * strips / 2) + 1
        if margin > _CELLS // 4:
            return 0.0
        level = self._image.transform(
            self._image.size, Image.Transform.AFFINE, (1, shift, -shift * strips / 2, 0, 1, 0), shifting
        )
        profile = level.reduce((1, strips)).tobytes()[margin : _CELLS - margin]
        return dist(profile[1:], profile[:-1]) ** 2 / len(profile)

    def peaks(self, straight: float) -> bool:
        """Whether lines run along the rows so plainly that no tilt has to be looked for."""
        return straight > _ROUGH and straight > _PEAK * max(self.roughness(_BESIDE), self.roughness(-_BESIDE))

    def roughest(self) -> tuple[float, float]:
        """Roughness of the roughest profile, and the tilt that it is seen along."""
        straight = self.roughness(0.0)
        steps = round(_STEEPEST / _COARSE)
        coarse = max((step * _COARSE for step in range(-steps, steps + 1)), key=self.roughness)
        tries = round(_COARSE / _FINE)
        tilt = max((coarse + step * _FINE for step in range(1 - tries, tries)), key=self.roughness)
        roughest = self.roughness(tilt, _SMOOTH)
        return (roughest, tilt) if roughest > _ROUGHER * straight else (straight, 0.0)
