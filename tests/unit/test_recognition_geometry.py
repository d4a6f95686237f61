"""Straightening a page, boxes brought back to it as it was, and even paper."""

from __future__ import annotations

from math import cos, radians, sin

import pytest
from PIL import Image, ImageDraw

from docpipe.domain.page import Word
from docpipe.reading.paper import evened, paper_level
from docpipe.reading.recognition import straightened, tilted_back


@pytest.mark.parametrize("tilt", [-9.0, 5.0])
def test_what_is_found_on_the_straightened_page_lies_where_it_was(tilt: float) -> None:
    page = Image.new("L", (800, 1_000), 240)
    ImageDraw.Draw(page).ellipse((190, 290, 210, 310), fill=0)
    level = straightened(page, tilt)
    left, top, right, bottom = level.point(lambda value: 255 if value < 120 else 0).getbbox() or (0, 0, 0, 0)
    (word,) = tilted_back((Word("o", left, top, right, bottom, 90.0, 0),), tilt, level.size, page.size)
    assert ((word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2) == pytest.approx((200, 300), abs=2)
    assert level.width > page.width
    assert level.getpixel((0, 0)) == 240


def test_the_box_of_a_long_word_holds_it_at_its_tilt() -> None:
    (word,) = tilted_back((Word("long", 300, 490, 700, 510, 90.0, 0),), 10.0, (1_000, 1_000), (1_000, 1_000))
    assert word.y1 - word.y0 == pytest.approx(20 + 400 * sin(radians(10)), abs=0.1)
    assert word.x1 - word.x0 == pytest.approx(400 * cos(radians(10)), abs=0.1)


def test_boxes_never_leave_the_page() -> None:
    words = (Word("edge", 150, 100, 400, 130, 90.0, 0), Word("beyond", 0, 0, 60, 20, 90.0, 1))
    (word,) = tilted_back(words, 8.0, (1_100, 1_150), (800, 1_000))
    assert word.text == "edge"
    assert 0 <= word.x0 < word.x1 <= 800
    assert 0 <= word.y0 < word.y1 <= 1_000


def level_at(image: Image.Image, x: int, y: int) -> int:
    level = image.getpixel((x, y))
    assert isinstance(level, int)
    return level


def test_shades_become_white_and_faint_print_dark() -> None:
    page = Image.linear_gradient("L").resize((600, 800)).point(lambda level: 130 + level // 3)
    for y in (200, 450, 700):
        ImageDraw.Draw(page).rectangle((100, y, 400, y + 8), fill=round(level_at(page, 50, y) * 0.8))
    even = evened(page)
    assert level_at(even, 50, 40) == pytest.approx(level_at(even, 50, 760), abs=12)
    assert level_at(even, 50, 40) > 235
    assert level_at(even, 200, 704) < 110


def test_paper_with_next_to_no_print_stays_white() -> None:
    page = Image.effect_noise((600, 800), 10).point(lambda level: level + 90)
    page.paste(60, (100, 100, 130, 104))
    assert paper_level(evened(page)) > 200


def test_paper_is_what_most_of_the_page_is() -> None:
    page = Image.new("L", (300, 300), 231)
    page.paste(0, (0, 0, 300, 60))
    assert paper_level(page) == 231
    assert evened(Image.new("L", (20, 20), 7)).size == (20, 20)
