"""How the lines of a page lie, told by its brightness alone."""

from __future__ import annotations

import pytest
from PIL import Image

from docpipe.page_source import turned
from docpipe.reading.profiles import lines_of
from tests.support import pages

LETTER = pages.scan(lines=pages.LINES * 3)


@pytest.mark.parametrize("tilt", [-12.0, -4.0, -1.5, 2.0, 7.0, 14.0])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_direction_and_the_tilt_of_lines_are_found(tilt: float, turn: int) -> None:
    crooked = LETTER.rotate(-tilt, Image.Resampling.BILINEAR, expand=True, fillcolor=245)
    lines = lines_of(turned(crooked, turn))
    assert lines.downwards == (turn in (90, 270))
    assert lines.tilt == pytest.approx(tilt, abs=0.3)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_straight_page_has_no_tilt(turn: int) -> None:
    lines = lines_of(turned(LETTER, turn))
    assert (lines.downwards, lines.tilt) == (turn in (90, 270), 0.0)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (400, 500)])
def test_a_page_without_lines_lies_as_it_is(size: tuple[int, int]) -> None:
    lines = lines_of(Image.new("L", size, 200))
    assert (lines.downwards, lines.tilt) == (False, 0.0)
