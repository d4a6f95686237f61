"""What reading a page is made of: the product's own reading, with a stopwatch on its two costly ports."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Final
from unittest.mock import patch

from PIL import Image

from benchmarks.figures import Target
from docpipe.domain.page import PageReading
from docpipe.page_source import Drawing, PageSource, SourcePage, TextLayer
from docpipe.ports import Arrangement, Bitmap, OcrEngine, Orientation, ReadOptions, RecognisedText
from docpipe.reading import read_page
from docpipe.reading.paper import evened
from docpipe.reading.recognition import straightened

OVERHEAD: Final = "overhead: neither pictures nor engine"
MOST_OVERHEAD: Final = Target(at_most=0.05)
"""Share of CPU, 0-1."""


@dataclass(slots=True)
class Stages:
    """CPU seconds by stage.

    Attributes:
        total_s: everything.
        render_s: making pictures: drawing pages, for people and for recognition, making them even and straight.
        recognise_s: in the engine, to recognise text; every reading of a page counts.
        orient_s: in the engine, to find out which way up a page lies.
        readings: how often a bitmap was recognised.
    """

    total_s: float = 0.0
    render_s: float = 0.0
    recognise_s: float = 0.0
    orient_s: float = 0.0
    readings: int = 0

    @property
    def rest_s(self) -> float:
        """Neither pictures nor the engine: blank test, looking for tilt and shades, layout of words and the like."""
        return self.total_s - self.render_s - self.recognise_s - self.orient_s

    def overhead_s(self, handlers_s: float, workers_s: float) -> float:
        """Of CPU seconds of handlers and of page workers, those that neither made pictures nor recognised.

        All of the handlers', and of the page workers' the share that the stopwatch found to be neither.
        """
        return handlers_s + self.rest_s / self.total_s * workers_s

    def add(self, other: Stages) -> None:
        """Add up another's."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True, slots=True)
class Timed:
    """A page that was read.

    Attributes:
        bitmap: the one whose text was kept, as the engine was given it; None when nothing was recognised.
    """

    reading: PageReading
    bitmap: Bitmap | None


def read_timed(source: PageSource, page_number: int, engine: TimedEngine, options: ReadOptions | None = None) -> Timed:
    """Read a page as a page worker does, and add what it took to the engine's stages."""
    engine.seen.clear()
    began = time.thread_time()
    with _timed_preparation(engine.stages):
        reading = read_page(_TimedSource(source, engine.stages), page_number, engine, options or ReadOptions())
    engine.stages.total_s += time.thread_time() - began
    kept = [bitmap for bitmap, text in engine.seen if text == reading.text]
    return Timed(reading, kept[-1] if kept else engine.seen[-1][0] if engine.seen else None)


class _TimedSource:
    def __init__(self, source: PageSource, stages: Stages) -> None:
        self._source = source
        self._stages = stages
        self.page_count = source.page_count

    def page(self, number: int) -> SourcePage:
        return _TimedPage(self._source.page(number), self._stages)

    def close(self) -> None:
        self._source.close()


class _TimedPage:
    def __init__(self, page: SourcePage, stages: Stages) -> None:
        self._page = page
        self._stages = stages
        self.width = page.width
        self.height = page.height

    def text_layer(self) -> TextLayer | None:
        return self._page.text_layer()

    def draw(self) -> Drawing:
        return self._timed(self._page.draw)

    def preview(self) -> Drawing:
        return self._timed(self._page.preview)

    def _timed(self, draw: Callable[[], Drawing]) -> Drawing:
        with _added(self._stages, "render_s"):
            drawing = draw()
            # Pillow opens an image without decoding it; that belongs here too.
            drawing.image.load()
        return _TimedDrawing(drawing, self._stages)


class _TimedDrawing(Drawing):
    def __init__(self, drawing: Drawing, stages: Stages) -> None:
        super().__init__(drawing.image, drawing.dpi, drawing.jpeg, drawing.damaged)
        object.__setattr__(self, "_stages", stages)

    def for_recognition(self) -> tuple[Image.Image, float]:
        with _added(self._stages, "render_s"):
            return super().for_recognition()

    def picture(self, rotation: int) -> bytes:
        with _added(self._stages, "render_s"):
            return super().picture(rotation)

    _stages: Stages


class TimedEngine:
    """An engine with a stopwatch.

    Attributes:
        stages: what it adds to.
        seen: bitmaps recognised, with their text, since this was last cleared.
    """

    def __init__(self, engine: OcrEngine, stages: Stages) -> None:
        self.stages = stages
        self.seen: list[tuple[Bitmap, str]] = []
        self._engine = engine

    def languages(self) -> frozenset[str]:
        """The installed languages."""
        return self._engine.languages()

    def recognise(
        self, bitmap: Bitmap, *, languages: str, time_limit_s: float, arrangement: Arrangement = Arrangement.PAGE
    ) -> RecognisedText:
        """Read the bitmap, and remember it."""
        self.stages.readings += 1
        with _added(self.stages, "recognise_s"):
            text = self._engine.recognise(
                bitmap, languages=languages, time_limit_s=time_limit_s, arrangement=arrangement
            )
        self.seen.append((bitmap, text.text))
        return text

    def orientation(self, bitmap: Bitmap) -> Orientation | None:
        """Which way up the bitmap stands."""
        with _added(self.stages, "orient_s"):
            return self._engine.orientation(bitmap)


@contextmanager
def _timed_preparation(stages: Stages) -> Iterator[None]:
    """Count what makes the picture of a page even and straight, wherever reading calls it."""

    def timed(prepare: Callable[..., Image.Image]) -> Callable[..., Image.Image]:
        def run(*arguments: object) -> Image.Image:
            with _added(stages, "render_s"):
                return prepare(*arguments)

        return run

    with (
        patch("docpipe.reading.upright.evened", timed(evened)),
        patch("docpipe.reading.recognition.straightened", timed(straightened)),
    ):
        yield


@contextmanager
def _added(stages: Stages, name: str) -> Iterator[None]:
    began = time.thread_time()
    try:
        yield
    finally:
        setattr(stages, name, getattr(stages, name) + time.thread_time() - began)
