"""The content stream that lays recognised words over a page, invisibly.

Coordinates are page points of the upright page, origin at the top left and y downward, as words carry
them; the transformation matrix given turns them into the page's own space, so that its rotation, crop
box and unit are no concern here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from docpipe.domain.page import Word
from docpipe.pdf.glyphless import ADVANCE, DESCENT, UNITS_PER_EM
from docpipe.pdf.visual_order import as_shown

Matrix = tuple[float, float, float, float, float, float]
"""``a b c d e f`` of PDF: (x, y) becomes (ax + cy + e, bx + dy + f)."""

_ADVANCE = ADVANCE / UNITS_PER_EM
_DEPTH = -DESCENT / UNITS_PER_EM

_TALL = 2.0
"""A word this many times as high as its line's median is a stroke or a stain that was read as text."""

_LEAST_POINTS = 0.1
"""Neither a word nor a gap is narrower, or it could not be written as a scale of its characters."""

_LEVEL_TEXT = "1 0 0 -1"
"""Text that runs to the right, in a space whose y runs downward."""

_TREND_WORDS = 4
"""Lines of fewer words do not tell their slope: descenders would weigh too much."""

_LEVEL = 0.003
"""A slope below 0.17° is noise of the boxes, not of the scan."""

_STEEP = 0.29
"""A slope above 16° is no skew: reading straightens pages that are tilted by up to 15°."""


@dataclass(frozen=True, slots=True)
class _Baseline:
    """Where a line of text stands.

    Attributes:
        y: of the baseline at x = 0, points.
        size: font size, points; also the height of the line.
    """

    y: float
    size: float


def content(words: Sequence[Word], placement: Matrix, font: str, encode: Callable[[str], bytes]) -> bytes:
    """Operators that show the words in render mode 3, as wide and as high as their boxes.

    Words of one line share baseline and size and are parted by a space. Of a skewed scan the baselines
    slope, and each word lies level on its own: Poppler takes a sloping word apart, letter by letter.

    Args:
        placement: from upright page points to the page's own space.
        font: resource name of the glyph-less font.
        encode: gives the font's codes of a text.
    """
    lines = [list(line) for _, line in groupby((word for word in words if word.text.strip()), lambda word: word.line)]
    slope = _skew(lines)
    space = f"<{encode(' ').hex()}>"
    operators = ["q", " ".join(_number(value, "%.6f") for value in placement) + " cm", "BT", "3 Tr"]
    for line in lines:
        operators += _line(line, slope, font, encode, space)
    operators += ["ET", "Q"]
    return "\n".join(operators).encode("ascii")


def _line(line: list[Word], slope: float, font: str, encode: Callable[[str], bytes], space: str) -> list[str]:
    baseline = _baseline(line, slope)
    size = baseline.size
    operators = [f"/{font} {_number(size, '%.2f')} Tf"]
    before = None
    for word, text in as_shown(line):
        if before is not None:
            operators.append(f"{_scale(word.x0 - before, 1, size)} Tz {space} Tj")
        x, y = _number(word.x0), _number(baseline.y + slope * _middle(word))
        operators.append(
            f"{_LEVEL_TEXT} {x} {y} Tm\n{_scale(word.x1 - word.x0, len(text), size)} Tz <{encode(text).hex()}> Tj"
        )
        before = word.x1
    return operators


def _scale(width: float, chars: int, size: float) -> str:
    """By how much, in percent, characters of a size are stretched to a width in points."""
    return _number(100 * max(width, _LEAST_POINTS) / (chars * _ADVANCE * size))


def _baseline(line: list[Word], slope: float) -> _Baseline:
    """The baseline under which the lowest letter of the line has its depth, over which the highest fits."""
    usual = median([word.y1 - word.y0 for word in line])
    trusted = [word for word in line if word.y1 - word.y0 <= _TALL * usual]
    top = min([word.y0 - slope * _middle(word) for word in trusted])
    bottom = max([word.y1 - slope * _middle(word) for word in trusted])
    size = max(bottom - top, _LEAST_POINTS)
    return _Baseline(bottom - _DEPTH * size, size)


def _skew(lines: list[list[Word]]) -> float:
    """Slope of the page's lines, downward to the right: the median of all that tell one; 0 when level."""
    slopes = [
        (after.y1 - before.y1) / (_middle(after) - _middle(before))
        for line in lines
        if len(line) >= _TREND_WORDS
        for before, after in pairwise(line[:: len(line) - 1])
        if _middle(after) != _middle(before)
    ]
    slope = median(slopes) if slopes else 0.0
    return slope if _LEVEL <= abs(slope) <= _STEEP else 0.0


def _middle(word: Word) -> float:
    return (word.x0 + word.x1) / 2


def _number(value: float, form: str = "%.3f") -> str:
    """As PDF writes numbers: never with an exponent, no zeros at the end."""
    text = (form % value).rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
