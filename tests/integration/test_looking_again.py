"""Pages that read badly are looked at again, and only those: every look costs as much as the first."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from docpipe.domain.page import PageReading
from docpipe.ports import Arrangement, OcrEngine, Orientation, ReadOptions
from docpipe.reading import make_engine, open_source, read_page
from tests.support import pages
from tests.support.counting_engine import CountingEngine


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return make_engine("tesserocr")


def read(path: Path, engine: OcrEngine) -> PageReading:
    with open_source(path) as source:
        return read_page(source, 1, engine, ReadOptions())


def test_a_page_that_reads_well_is_recognised_once(tmp_path: Path, engine: OcrEngine) -> None:
    counting = CountingEngine(engine)
    path = pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan(lines=pages.LINES * 3))
    assert pages.found(read(path, counting).text) > 0.95
    assert counting.asked == [Arrangement.PAGE]


def test_where_no_layout_is_found_the_page_is_read_as_one_block(tmp_path: Path, engine: OcrEngine) -> None:
    counting = CountingEngine(engine, blind=True)
    reading = read(pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan()), counting)
    assert reading.reason == "no text layer; read better at a second look"
    assert pages.found(reading.text) > 0.95
    assert counting.asked == [Arrangement.PAGE, Arrangement.BLOCK]


def test_black_and_white_that_reads_badly_is_not_looked_at_again(tmp_path: Path, engine: OcrEngine) -> None:
    letter = pages.scan()
    # As a fax of a third of the resolution leaves it: letters have run together.
    coarse = letter.resize((letter.width // 3, letter.height // 3)).resize(letter.size)
    fax = coarse.point(lambda level: 255 if level > 100 else 0).convert("1")
    counting = CountingEngine(engine)
    fax.save(tmp_path / "fax.tif", compression="group4", dpi=(200, 200))
    reading = read(tmp_path / "fax.tif", counting)
    assert reading.words
    assert (reading.mean_confidence or 0) < 70
    assert Arrangement.BLOCK not in counting.asked


@pytest.mark.parametrize(("lines", "looks"), [(6, 2), (30, 1)])
def test_a_full_page_that_reads_badly_is_not_looked_at_again(
    lines: int, looks: int, tmp_path: Path, engine: OcrEngine
) -> None:
    letter = pages.scan(lines=tuple(pages.LINES * 5)[:lines])
    # As a camera out of focus sees it.
    coarse = letter.resize((round(letter.width / 5.2), round(letter.height / 5.2)), Image.Resampling.BILINEAR)
    blurred = coarse.resize(letter.size, Image.Resampling.BICUBIC)
    counting = CountingEngine(engine)
    reading = read(pages.scanned_pdf(tmp_path / "scan.pdf", blurred), counting)
    assert (reading.mean_confidence or 0) < 70
    assert len(counting.asked) == looks


@pytest.mark.parametrize(
    ("script", "certainty", "readings"),
    [("Latin", 0.1, 2), ("Fraktur", 0.1, 2), ("Japanese", 0.2, 1), ("Cyrillic", 1.5, 2)],
)
def test_a_turn_that_handwriting_seems_to_have_is_not_tried(
    script: str, certainty: float, readings: int, tmp_path: Path, engine: OcrEngine
) -> None:
    seen = Orientation(rotation=180, confidence=6.0, script=script, script_confidence=certainty)
    counting = CountingEngine(engine, blind=True, seen=seen)
    reading = read(pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan()), counting)
    assert counting.asked == [Arrangement.PAGE] * readings + [Arrangement.BLOCK]
    assert reading.rotation == 0
