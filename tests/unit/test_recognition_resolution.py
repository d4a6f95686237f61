"""At which resolution a page is recognised."""

from __future__ import annotations

import pytest

from docpipe.domain.resolution import MAX_PIXELS, RECOGNITION_DPI, drawing_dpi, recognition_dpi


def letter(dpi: float) -> tuple[float, int, int]:
    """Resolution and pixels of a letter page."""
    return dpi, round(8.5 * dpi), round(11 * dpi)


@pytest.mark.parametrize("drawn", [295.0, 300.0, 330.0, 600.0])
def test_a_fine_page_is_recognised_at_what_reads_best(drawn: float) -> None:
    assert recognition_dpi(*letter(drawn)) == RECOGNITION_DPI


@pytest.mark.parametrize("drawn", [190.0, 204.0, 225.0, 289.0])
def test_a_page_that_is_not_much_finer_is_recognised_as_it_is(drawn: float) -> None:
    assert recognition_dpi(*letter(drawn)) == drawn


@pytest.mark.parametrize("native", [60.0, 100.0, 189.0])
def test_a_coarse_scan_is_drawn_as_it_is_and_recognised_half_as_large_again(native: float) -> None:
    assert drawing_dpi(612, 792, native_dpi=native) == native
    assert recognition_dpi(*letter(native)) == pytest.approx(native * 1.5)


def test_a_scan_whose_file_takes_a_pixel_for_a_point_is_recognised_as_it_is() -> None:
    assert recognition_dpi(72.0, 2_550, 3_300) == 72.0


def test_a_page_that_is_as_large_as_pages_may_be_is_not_enlarged() -> None:
    dpi = drawing_dpi(7_200, 7_200)
    side = round(7_200 * dpi / 72)
    assert recognition_dpi(dpi, side, side) == dpi
    half = recognition_dpi(dpi * 0.8, round(side * 0.8), round(side * 0.8))
    assert (side * half / dpi) ** 2 <= MAX_PIXELS * 1.01
