"""One recognition of a page: turned and straightened as asked, with boxes on the page as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import cos, radians, sin

from PIL import Image

from docpipe.domain.page import Word, mean_confidence
from docpipe.domain.plausibility import plausible_share
from docpipe.domain.resolution import plausible_dpi
from docpipe.page_source import turned
from docpipe.ports import Arrangement, Bitmap, OcrEngine, ReadOptions, RecognisedText
from docpipe.reading.paper import paper_level

_WORTHLESS = 40.0
"""Confidence of a word that adds nothing to a reading: below it words are noise more often than text."""


@dataclass(frozen=True)
class Seen:
    """What was recognised, with the page turned clockwise by ``rotation`` degrees.

    Attributes:
        again: whether it is the second look.
        script: what the letters are, where the page was looked at for reading badly and that is certain.
    """

    text: RecognisedText
    rotation: int
    again: bool = False
    script: str | None = None

    @cached_property
    def score(self) -> float:
        """How well it reads, 0-1: confidence times plausibility. Nothing read is worth nothing."""
        words = self.text.words
        share = plausible_share(word.text for word in words)
        return (mean_confidence(words) or 0.0) / 100.0 * (share or 0.0)

    @property
    def gain(self) -> float:
        """How much was read, to compare readings of one page: sure words add by their length, unsure ones take away."""
        return sum((word.confidence - _WORTHLESS) * len(word.text) for word in self.text.words)


class Recogniser:
    """Recognises one page, as often as need be.

    Args:
        gray: the page in mode ``L``.
        dpi: its resolution.
        tilt: clockwise degrees by which its lines are turned against its edges.
    """

    def __init__(self, gray: Image.Image, dpi: float, engine: OcrEngine, options: ReadOptions, tilt: float) -> None:
        self._gray = gray
        self._dpi = dpi
        self._engine = engine
        self._options = options
        self._tilt = tilt

    def read(self, rotation: int) -> Seen:
        """Recognise the page, turned clockwise by 0, 90, 180 or 270 degrees. Raises as the engine's ``recognise``."""
        return self._read(turned(self._gray, rotation), rotation, Arrangement.PAGE)

    def read_again(self, rotation: int) -> Seen:
        """Recognise it as one block of lines, without a layout."""
        seen = self._read(turned(self._gray, rotation), rotation, Arrangement.BLOCK)
        return replace(seen, again=True)

    def _read(self, upright: Image.Image, rotation: int, arrangement: Arrangement) -> Seen:
        level = straightened(upright, self._tilt)
        text = self._engine.recognise(
            bitmap_of(level, self._dpi),
            languages=self._options.languages,
            time_limit_s=self._options.page_time_limit_s,
            arrangement=arrangement,
        )
        if level is not upright:
            text = replace(text, words=tilted_back(text.words, self._tilt, level.size, upright.size))
        return Seen(text, rotation)


def straightened(image: Image.Image, tilt: float) -> Image.Image:
    """The image turned back by its tilt, as large as it takes to lose nothing; itself when there is none."""
    if not tilt:
        return image
    return image.rotate(tilt, Image.Resampling.BILINEAR, expand=True, fillcolor=paper_level(image))


def tilted_back(
    words: Sequence[Word], tilt: float, level: tuple[int, int], upright: tuple[int, int]
) -> tuple[Word, ...]:
    """Words of a straightened image with the boxes that they have on the tilted one.

    Args:
        tilt: clockwise degrees.
        level: size of the straightened image.
        upright: size of the tilted image. The centres of both are the same point.
    """
    cosine, sine = cos(radians(tilt)), sin(radians(tilt))

    def back(word: Word) -> Word:
        x, y = (word.x0 + word.x1 - level[0]) / 2, (word.y0 + word.y1 - level[1]) / 2
        middle_x, middle_y = x * cosine - y * sine + upright[0] / 2, x * sine + y * cosine + upright[1] / 2
        # A tilted box is as large as the upright one around it: its own sides stay those of the letters.
        wide, high = (word.x1 - word.x0) / 2 * cosine, (word.y1 - word.y0) / 2 + (word.x1 - word.x0) / 2 * abs(sine)
        return replace(
            word,
            x0=max(0.0, middle_x - wide),
            x1=min(float(upright[0]), middle_x + wide),
            y0=max(0.0, middle_y - high),
            y1=min(float(upright[1]), middle_y + high),
        )

    # In the corners that straightening added there is nothing of the page.
    return tuple(word for word in map(back, words) if word.x0 < word.x1 and word.y0 < word.y1)


def bitmap_of(image: Image.Image, dpi: float) -> Bitmap:
    """The image as engines take it."""
    return Bitmap(
        width=image.width, height=image.height, pixels=image.tobytes(), dpi=plausible_dpi(dpi, max(image.size))
    )
