"""Recognising a page whichever way up it lies, on even paper, and looking again at what reads badly.

Looking for the orientation of every page would cost a third of its recognition, so a page is first
read as its lines run; only what reads badly is looked at again.
"""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from docpipe.page_source import Drawing
from docpipe.ports import OcrEngine, Orientation, ReadOptions, RecognisedText
from docpipe.reading.paper import evened, has_shades
from docpipe.reading.profiles import lines_of
from docpipe.reading.recognition import Recogniser, Seen, bitmap_of

_GOOD_SCORE = 0.40
"""Print that stands upright scores more, however poor; sideways or upside down it scores 0.3 at most."""

_POOR_SCORE = 0.70
"""What scores less is worth a second look, unless it is black and white or full. Figures in docs/reading.md."""

_FULL_PAGE = 250
"""Words from which a page is full. Without a layout such pages read worse, and they are the dearest to read twice."""

_SURE_OF_ORIENTATION = 2.0
"""Tesseract's confidence in a turn: 2.3 and more where pages were turned, mostly under 1 where it was misled."""

_SURE_OF_SCRIPT = 1.0
"""Tesseract's confidence in a script."""

_PLAIN_SCRIPTS = frozenset({"Latin", "Fraktur"})
"""Scripts that are believed without being certain. Handwriting passes for others, and for upside down: of 41 pages
turned by 180 degrees whose turn was seen, 40 were seen to be in these."""

_OSD_DPI = 200.0
"""Orientation is told from a smaller image just as well, in half the time."""

_LEAST_TILT = 1.0
"""Degrees from which a page is straightened: Tesseract copes with less, and turning pixels blurs them."""

NOTHING_SEEN = Seen(RecognisedText("", ()), rotation=0)


def recognise_upright(drawing: Drawing, engine: OcrEngine, options: ReadOptions) -> Seen:
    """Recognise a page, turned upright and straightened. Raises as the engine's ``recognise``.

    Returns:
        What was seen, with boxes in the pixels of ``drawing.for_recognition()``.
    """
    # Made smaller, black and white has greys as well.
    shades = has_shades(drawing.image)
    even, dpi = drawing.for_recognition()
    if shades:
        even = evened(even)
    lines = lines_of(even)
    page = Recogniser(even, dpi, engine, options, tilt=lines.tilt if abs(lines.tilt) >= _LEAST_TILT else 0.0)
    found = _sideways(page, even, dpi, engine) if lines.downwards else _upright(page, even, dpi, engine)
    if not _is_worth_a_second_look(found, shades=shades):
        return found
    # Where nothing is read at all, no way up is better than the one the page has.
    again = page.read_again(found.rotation if found.text.words else 0)
    return replace(again, script=found.script) if again.gain > found.gain else found


def _is_worth_a_second_look(found: Seen, *, shades: bool) -> bool:
    """Whether a reading may be bettered by one without a layout."""
    if not found.text.words:
        return True
    return shades and found.score < _POOR_SCORE and len(found.text.words) < _FULL_PAGE


def _sideways(page: Recogniser, gray: Image.Image, dpi: float, engine: OcrEngine) -> Seen:
    """Read a page whose lines run downwards, or seem to."""
    orientation = _look(gray, dpi, engine)
    known = orientation is not None and orientation.rotation in (90, 270)
    rotations = [orientation.rotation] if orientation is not None and known else [90, 270]
    best = max((page.read(rotation) for rotation in rotations), key=_score)
    return best if best.score >= _GOOD_SCORE else _with_script(max(best, page.read(0), key=_score), orientation)


def _upright(page: Recogniser, gray: Image.Image, dpi: float, engine: OcrEngine) -> Seen:
    """Read a page as it lies, and turned when it reads badly so."""
    best = page.read(0)
    if best.score >= _GOOD_SCORE:
        return best
    orientation = _look(gray, dpi, engine)
    if orientation is not None and orientation.rotation and _is_believed(orientation):
        best = max(best, page.read(orientation.rotation), key=_score)
    return best if best.score >= _GOOD_SCORE else _with_script(best, orientation)


def _is_believed(orientation: Orientation) -> bool:
    """Whether a turn is worth another reading of the whole page."""
    plain = orientation.script in _PLAIN_SCRIPTS or orientation.script_confidence >= _SURE_OF_SCRIPT
    return plain and orientation.confidence >= _SURE_OF_ORIENTATION


def _look(gray: Image.Image, dpi: float, engine: OcrEngine) -> Orientation | None:
    """What the engine makes of the orientation, and of the script."""
    scale = min(1.0, _OSD_DPI / dpi)
    size = (max(1, round(gray.width * scale)), max(1, round(gray.height * scale)))
    return engine.orientation(bitmap_of(gray.resize(size, Image.Resampling.BOX), dpi * scale))


def _with_script(seen: Seen, found: Orientation | None) -> Seen:
    """A reading that is poor whichever way up, with the script that may be why."""
    if found is None or found.script_confidence < _SURE_OF_SCRIPT:
        return seen
    return replace(seen, script=found.script)


def _score(seen: Seen) -> float:
    return seen.score
