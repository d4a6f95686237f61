"""Recognising a page whichever way up it lies.

Looking for the orientation of every page would cost a third of its recognition, so a page is first
read as it lies, unless its lines plainly run downwards; only what reads badly is looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PIL import Image

from docpipe.domain.page import mean_confidence
from docpipe.domain.plausibility import plausible_share
from docpipe.domain.resolution import plausible_dpi
from docpipe.page_source import turned
from docpipe.ports import Bitmap, OcrEngine, ReadOptions, RecognisedText

_GOOD_SCORE = 0.40
"""Print that stands upright scores more, however poor; sideways or upside down it scores 0.3 at most."""

_SURE_OF_ORIENTATION = 2.0
"""Tesseract's confidence in a turn: 2.3 and more where pages were turned, mostly under 1 where it was misled."""

_OSD_DPI = 200.0
"""Orientation is told from a smaller image just as well, in half the time."""

_DOWNWARD_RATIO = 1.6
"""How much rougher the column profile must be than the row profile for lines to run downwards."""

_PROFILE = 400
"""Cells along a page in which its rows or columns are averaged: about two for each line of print."""

_PROFILE_SHRINK = 4
"""The same averages are found from an image of so many times fewer rows and columns, four times faster."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was recognised, with the page turned clockwise by ``rotation`` degrees."""

    text: RecognisedText
    rotation: int


NOTHING_SEEN = Seen(RecognisedText("", ()), rotation=0)


def recognise_upright(gray: Image.Image, dpi: float, engine: OcrEngine, options: ReadOptions) -> Seen:
    """Recognise a page in mode ``L``, turned upright where it has to be. Raises as the engine's ``recognise``."""

    def read(rotation: int) -> Seen:
        bitmap = _bitmap(turned(gray, rotation), dpi)
        text = engine.recognise(bitmap, languages=options.languages, time_limit_s=options.page_time_limit_s)
        return Seen(text, rotation)

    if lines_run_downwards(gray):
        rotations = _likely_rotations(gray, dpi, engine, sideways=True)
        best = max((read(rotation) for rotation in rotations), key=_score)
        return best if _score(best) >= _GOOD_SCORE else max(best, read(0), key=_score)
    first = read(0)
    if _score(first) >= _GOOD_SCORE:
        return first
    others = [rotation for rotation in _likely_rotations(gray, dpi, engine, sideways=False) if rotation]
    return max([first, *(read(rotation) for rotation in others)], key=_score)


def lines_run_downwards(gray: Image.Image) -> bool:
    """Whether lines of print seem to run from top to bottom: the page's columns alternate, its rows do not."""
    small = gray.reduce(_PROFILE_SHRINK) if min(gray.size) > _PROFILE_SHRINK * _PROFILE else gray
    columns, rows = (small.resize(size, Image.Resampling.BOX) for size in ((_PROFILE, 1), (1, _PROFILE)))
    return _roughness(columns) > _DOWNWARD_RATIO * _roughness(rows)


def _roughness(profile: Image.Image) -> float:
    """Mean square of the steps between neighbouring cells of a profile."""
    cells = profile.tobytes()
    return sum((after - before) ** 2 for before, after in pairwise(cells)) / len(cells)


def _likely_rotations(gray: Image.Image, dpi: float, engine: OcrEngine, *, sideways: bool) -> list[int]:
    """What the engine makes of the orientation, or what is left to try when it cannot tell."""
    scale = min(1.0, _OSD_DPI / dpi)
    size = (max(1, round(gray.width * scale)), max(1, round(gray.height * scale)))
    found = engine.orientation(_bitmap(gray.resize(size, Image.Resampling.BOX), dpi * scale))
    if sideways:
        return [found.rotation] if found is not None and found.rotation in (90, 270) else [90, 270]
    return [found.rotation] if found is not None and found.confidence >= _SURE_OF_ORIENTATION else []


def _score(seen: Seen) -> float:
    """How well a reading reads, 0-1: confidence times plausibility. Nothing read is worth nothing."""
    words = seen.text.words
    share = plausible_share(word.text for word in words)
    return (mean_confidence(words) or 0.0) / 100.0 * (share or 0.0)


def _bitmap(image: Image.Image, dpi: float) -> Bitmap:
    return Bitmap(
        width=image.width, height=image.height, pixels=image.tobytes(), dpi=plausible_dpi(dpi, max(image.size))
    )
