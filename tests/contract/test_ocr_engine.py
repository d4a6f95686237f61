"""Every engine keeps the same promises, with the real Tesseract."""

from __future__ import annotations

import pytest
from PIL import Image

from docpipe.domain.errors import LanguageUnavailableError, PageTimeoutError
from docpipe.ocr import UnknownEngineError, make_engine
from docpipe.ports import Arrangement, Bitmap, OcrEngine
from infra.config import OCR_ENGINES
from tests.support import pages


def bitmap(image: Image.Image, *, dpi: float = 200.0) -> Bitmap:
    return Bitmap(image.width, image.height, image.convert("L").tobytes(), dpi)


@pytest.fixture(scope="module", params=OCR_ENGINES)
def engine(request: pytest.FixtureRequest) -> OcrEngine:
    return make_engine(request.param)


def test_print_is_read_with_places_lines_and_confidence(engine: OcrEngine) -> None:
    seen = engine.recognise(bitmap(pages.scan()), languages="eng", time_limit_s=60)
    assert pages.found(seen.text) > 0.95
    first = seen.words[0]
    assert first.text == "Northfield"
    # Printed at one inch from the left and from the top, a sixth of an inch high.
    assert (first.x0, first.y0) == pytest.approx((200, 207), abs=8)
    assert first.y1 - first.y0 == pytest.approx(26, abs=8)
    assert {word.line for word in seen.words} == set(range(len(pages.LINES)))
    assert all(0 <= word.confidence <= 100 for word in seen.words)
    assert " ".join(word.text for word in seen.words).split() == seen.text.split()


def test_a_paragraph_ends_where_the_next_line_is_indented(engine: OcrEngine) -> None:
    paragraph = (
        "   The patient was seen on the third of March for a visit.",
        "Blood pressure and pulse were in the expected range, all",
        "the medication remains unchanged until the next visit,",
        "and is well.",
    )
    page = pages.scan(lines=paragraph * 2, noise=False)
    seen = engine.recognise(bitmap(page), languages="eng", time_limit_s=60)
    first, rest = seen.text.split("\n\n", 1)
    assert len(first.split("\n")) == len(paragraph)
    assert rest.startswith("The patient")
    assert [word.line for word in seen.words] == [
        number for number, line in enumerate(paragraph * 2) for _ in line.split()
    ]


def test_one_block_is_read_line_by_line_where_a_page_has_columns(engine: OcrEngine) -> None:
    page = Image.new("L", (1_700, 1_000), 245)
    column = pages.scan(lines=("Sodium", "Potassium", "Chloride"), noise=False).crop((150, 150, 650, 500))
    page.paste(column, (100, 100))
    page.paste(column, (1_000, 100))
    seen = engine.recognise(bitmap(page), languages="eng", time_limit_s=60, arrangement=Arrangement.BLOCK)
    assert seen.text.split("\n")[:2] == ["Sodium Sodium", "Potassium Potassium"]
    # And the next page is a page again.
    assert pages.found(engine.recognise(bitmap(pages.scan()), languages="eng", time_limit_s=60).text) > 0.95


def test_an_empty_page_has_no_words(engine: OcrEngine) -> None:
    seen = engine.recognise(bitmap(Image.new("L", (800, 1_000), 255)), languages="eng", time_limit_s=60)
    assert (seen.text, seen.words) == ("", ())


@pytest.mark.parametrize(("turn", "rotation"), [(0, 0), (90, 90), (180, 180), (270, 270)])
def test_the_rotation_that_turns_a_page_upright_is_found(engine: OcrEngine, turn: int, rotation: int) -> None:
    # Pillow turns counter-clockwise: a page turned so by 90 degrees has to be turned clockwise by 90.
    turned = pages.scan(lines=pages.LINES * 3).rotate(turn, expand=True)
    found = engine.orientation(bitmap(turned))
    assert found is not None
    assert found.rotation == rotation


def test_too_little_text_has_no_orientation(engine: OcrEngine) -> None:
    assert engine.orientation(bitmap(Image.new("L", (800, 1_000), 255))) is None


def test_a_page_over_its_time_ends(engine: OcrEngine) -> None:
    with pytest.raises(PageTimeoutError):
        engine.recognise(bitmap(pages.scan(dpi=300), dpi=300), languages="eng", time_limit_s=0.05)
    # And the engine is none the worse for it.
    assert engine.recognise(bitmap(pages.scan()), languages="eng", time_limit_s=60).words


def test_a_language_that_is_not_installed_is_named(engine: OcrEngine) -> None:
    assert "eng" in engine.languages()
    assert "osd" not in engine.languages()
    with pytest.raises(LanguageUnavailableError, match=r"'xyz'.*eng"):
        engine.recognise(bitmap(pages.scan()), languages="eng+xyz", time_limit_s=60)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UnknownEngineError, match="tesserocr"):
        make_engine("abbyy")
