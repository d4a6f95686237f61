"""Where the words of a searchable PDF are and how they read, by two readers that share no code."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from docpipe.domain.page import Word
from tests.support.searchable import (
    Box,
    ink_box,
    page_text,
    read_with_mupdf,
    read_with_pdfium,
    rendering,
    word,
    write,
)

TOLERANCE = 1.5
QUARTERS = (0, 90, 180, 270)
INK_DPI = 144


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A Letter page with nothing on it."""
    path = tmp_path / "source.pdf"
    with pymupdf.open() as document:
        document.new_page(width=612, height=792)
        document.save(path)
    return path


def near(box: Box) -> object:
    return pytest.approx(box, abs=TOLERANCE)


def page_with_ink(path: Path, *, rotate: int, lying: bool, crop: bool, unit: float) -> None:
    """A page with one black bar, off centre, so that no turn or mirroring leaves it where it was.

    The bar is as wide as a line of text, or as high when the page is to be turned by a quarter.
    """
    with pymupdf.open() as document:
        page = document.new_page(width=500, height=700)
        page.draw_rect(pymupdf.Rect(120, 210, 140, 330) if lying else pymupdf.Rect(120, 210, 240, 230), fill=(0, 0, 0))
        if crop:
            document.xref_set_key(page.xref, "MediaBox", "[-30 -20 500 700]")
            document.xref_set_key(page.xref, "CropBox", "[40 60 470 640]")
        if unit != 1:
            document.xref_set_key(page.xref, "UserUnit", str(unit))
        document.xref_set_key(page.xref, "Rotate", str(rotate))
        document.save(path)


@pytest.mark.parametrize("rotation", QUARTERS)
@pytest.mark.parametrize("rotate", [*QUARTERS, -90])
@pytest.mark.parametrize(("crop", "unit"), [(False, 1), (True, 1), (True, 2)])
def test_a_word_lies_on_its_ink_however_the_page_is_turned_and_cut(
    tmp_path: Path, rotate: int, rotation: int, crop: bool, unit: float
) -> None:
    source = tmp_path / "source.pdf"
    page_with_ink(source, rotate=rotate, lying=(rotate + rotation) % 180 == 90, crop=crop, unit=unit)
    as_scanned = rendering(source, dpi=INK_DPI)
    upright = as_scanned.rotate(-rotation, expand=True)
    box = ink_box(upright, INK_DPI)
    width, height = (size * 72 / INK_DPI for size in upright.size)

    result = write(source, [page_text([word("Anchor", box)], rotation=rotation, width=width, height=height)])

    assert rendering(result, dpi=INK_DPI).tobytes() == upright.tobytes()
    assert read_with_mupdf(result).boxes["Anchor"] == near(box)
    seen = read_with_pdfium(result, ["Anchor"]).boxes["Anchor"]
    # PDFium knows of no UserUnit: it shows the page in the page's own unit.
    assert tuple(edge * unit for edge in seen) == near(box)


def test_words_of_a_line_are_parted_by_spaces_and_lines_by_newlines(source: Path) -> None:
    words = [
        word("Take", (72, 100, 98, 112), 0),
        word("two", (101, 100, 120, 112), 0),
        word("tablets.", (300, 100, 345, 112), 0),
        word("Second", (72, 120, 112, 132), 1),
        word("line", (116, 120, 135, 132), 1),
    ]
    result = write(source, [page_text(words)])
    assert read_with_mupdf(result).text == "Take two tablets.\nSecond line\n"
    assert read_with_pdfium(result).text.split("\r\n") == ["Take two tablets.", "Second line"]
    for reading in (read_with_mupdf(result), read_with_pdfium(result, [each.text for each in words])):
        for each in words:
            assert reading.boxes[each.text] == near((each.x0, each.y0, each.x1, each.y1))


def test_columns_are_read_in_the_order_of_recognition(source: Path) -> None:
    left = [word(f"left{line}", (72, 100 + 14 * line, 110, 112 + 14 * line), line) for line in range(5)]
    right = [word(f"right{line}", (330, 100 + 14 * line, 370, 112 + 14 * line), 5 + line) for line in range(5)]
    result = write(source, [page_text([*left, *right])])
    expected = [each.text for each in (*left, *right)]
    assert read_with_mupdf(result).text.split() == expected
    assert read_with_pdfium(result).text.split() == expected


@pytest.mark.parametrize(
    "text",
    [
        "Überweisung",
        "naïve",
        "Ελληνικά",
        "Рецепт",
        "処方箋",
        "처방전",
        "हिन्दी",
        "وصفة",
        "מרשם",
        "ŵ€†",
        "𝒜x😀😀𠮷",
        "(<\\>)%",
    ],
)
def test_every_script_is_found_and_read_back_as_it_was_recognised(source: Path, text: str) -> None:
    box = (72.0, 100.0, 150.0, 112.0)
    result = write(source, [page_text([word(text, box), word("end", (160, 100, 180, 112))])])
    assert text in read_with_mupdf(result).text
    assert read_with_mupdf(result).boxes[text] == near(box)
    assert text in read_with_pdfium(result).text
    with pymupdf.open(result) as document:
        assert document[0].search_for(text)


def test_right_to_left_lines_are_read_from_the_right(source: Path) -> None:
    words = [word("خذ", (260, 100, 290, 112)), word("الدواء", (200, 100, 250, 112)), word("123", (160, 100, 190, 112))]
    result = write(source, [page_text(words)])
    assert read_with_pdfium(result).text == "خذ الدواء 123"
    mupdf = read_with_mupdf(result)
    for each in words:
        assert mupdf.boxes[each.text] == near((each.x0, each.y0, each.x1, each.y1))


def test_lines_of_a_skewed_scan_stay_whole_and_slope_with_it(source: Path) -> None:
    slope = 0.03
    words = [skewed(line, column, slope) for line in range(6) for column in range(6)]
    result = write(source, [page_text(words)])
    lines = [" ".join(each.text for each in words[start : start + 6]) for start in range(0, 36, 6)]
    assert read_with_mupdf(result).text.splitlines() == lines
    for text, box in read_with_pdfium(result, ["w0c0", "w3c5"]).boxes.items():
        (expected,) = (each for each in words if each.text == text)
        assert box == near((expected.x0, expected.y0, expected.x1, expected.y1))


def test_words_of_a_skewed_scan_lie_level_so_that_no_reader_takes_them_apart(source: Path) -> None:
    words = [skewed(line, column, 0.05) for line in range(6) for column in range(6)]
    with pymupdf.open(write(source, [page_text(words)])) as document:
        lines = [line for block in document[0].get_text("dict")["blocks"] for line in block["lines"]]
    assert lines
    assert {line["dir"] for line in lines} == {(1.0, 0.0)}


def skewed(line: int, column: int, slope: float) -> Word:
    x = 60.0 + 80 * column
    y = 100.0 + 24 * line + slope * (x + 20)
    return word(f"w{line}c{column}", (x, y, x + 40, y + 10), line)


def test_a_blot_read_as_a_letter_does_not_swell_its_line(source: Path) -> None:
    words = [word("normal", (72, 100, 110, 112)), word("words", (115, 100, 150, 112)), word("|", (155, 40, 158, 300))]
    result = write(source, [page_text(words)])
    assert read_with_mupdf(result).boxes["normal"] == near((72, 100, 110, 112))


def test_the_text_is_not_to_be_seen(source: Path) -> None:
    words = [word("unseen", (72, 100, 300, 140))]
    blank = Image.new("RGB", (612, 792), "white")
    assert rendering(write(source, [page_text(words)])).tobytes() == blank.tobytes()
