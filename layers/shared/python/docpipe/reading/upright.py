"""Recognising a page whichever way up it lies.

Looking for the orientation of every page would cost a third of its recognition, so a page is first
read as it lies, unless its lines plainly run downwards; only what reads badly is looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from PIL import Image

from docpipe.domain.page import mean_confidence
from docpipe.domain.plausibility import plausible_share
from docpipe.domain.resolution import plausible_dpi
from docpipe.page_source import turned
from docpipe.ports import Bitmap, OcrEngine, Orientation, ReadOptions, RecognisedText

_GOOD_SCORE = 0.40
"""Print that stands upright scores more, however poor; sideways or upside down it scores 0.3 at most."""

_SURE_OF_ORIENTATION = 2.0
"""Tesseract's confidence in a turn: 2.3 and more where pages were turned, mostly under 1 where it was misled."""

_SURE_OF_SCRIPT = 1.0
"""Tesseract's confidence in a script."""

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
    """What was recognised, with the page turned clockwise by ``rotation`` degrees.

    Attributes:
        script: what the letters are, where the page was looked at for reading badly and that is certain.
    """

    text: RecognisedText
    rotation: int
    script: str | None = None


NOTHING_SEEN = Seen(RecognisedText("", ()), rotation=0)


def recognise_upright(gray: Image.Image, dpi: float, engine: OcrEngine, options: ReadOptions) -> Seen:
    """Recognise a page in mode ``L``, turned upright where it has to be. Raises as the engine's ``recognise``."""

    def read(rotation: int) -> Seen:
        bitmap = _bitmap(turned(gray, rotation), dpi)
        text = engine.recognise(bitmap, languages=options.languages, time_limit_s=options.page_time_limit_s)
        return Seen(text, rotation)

    if lines_run_downwards(gray):
        found = _look(gray, dpi, engine)
        best = max((read(rotation) for rotation in _sideways(found)), key=_score)
        return best if _score(best) >= _GOOD_SCORE else _with_script(max(best, read(0), key=_score), found)
    first = read(0)
    if _score(first) >= _GOOD_SCORE:
        return first
    found = _look(gray, dpi, engine)
    if found is None or not found.rotation or found.confidence < _SURE_OF_ORIENTATION:
        return _with_script(first, found)
    best = max(first, read(found.rotation), key=_score)
    return best if _score(best) >= _GOOD_SCORE else _with_script(best, found)


def lines_run_downwards(gray: Image.Image) -> bool:
    """Whether lines of print seem to run from top to bottom: the page's columns alternate, its rows do not."""
    small = gray.reduce(_PROFILE_SHRINK) if min(gray.size) > _PROFILE_SHRINK * _PROFILE else gray
    columns, rows = (small.resize(size, Image.Resampling.BOX) for size in ((_PROFILE, 1), (1, _PROFILE)))
    return _roughness(columns) > _DOWNWARD_RATIO * _roughness(rows)


def _roughness(profile: Image.Image) -> float:
    """Mean square of the steps between neighbouring cells of a profile."""
    cells = profile.tobytes()
    return sum((after - before) ** 2 for before, after in pairwise(cells)) / len(cells)


def _look(gray: Image.Image, dpi: float, engine: OcrEngine) -> Orientation | None:
    """What the engine makes of the orientation, and of the script."""
    scale = min(1.0, _OSD_DPI / dpi)
    size = (max(1, round(gray.width * scale)), max(1, round(gray.height * scale)))
    return engine.orientation(_bitmap(gray.resize(size, Image.Resampling.BOX), dpi * scale))


def _sideways(found: Orientation | None) -> list[int]:
    """The rotations to try for a page whose lines run downwards."""
    return [found.rotation] if found is not None and found.rotation in (90, 270) else [90, 270]


def _with_script(seen: Seen, found: Orientation | None) -> Seen:
    """A reading that is poor whichever way up, with the script that may be why."""
    if found is None or found.script_confidence < _SURE_OF_SCRIPT:
        return seen
    return replace(seen, script=found.script)


def _score(seen: Seen) -> float:
    """How well a reading reads, 0-1: confidence times plausibility. Nothing read is worth nothing."""
    words = seen.text.words
    share = plausible_share(word.text for word in words)
    return (mean_confidence(words) or 0.0) / 100.0 * (share or 0.0)


def _bitmap(image: Image.Image, dpi: float) -> Bitmap:
    return Bitmap(
        width=image.width, height=image.height, pixels=image.tobytes(), dpi=plausible_dpi(dpi, max(image.size))
    )
