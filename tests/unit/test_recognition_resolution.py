"""At which resolution a page is recognised."""

from __future__ import annotations

import pytest

from docpipe.domain.resolution import RECOGNITION_DPI, recognition_dpi


@pytest.mark.parametrize("drawn", [295.0, 300.0, 330.0, 600.0])
def test_a_fine_page_is_recognised_at_what_reads_best(drawn: float) -> None:
    assert recognition_dpi(drawn) == RECOGNITION_DPI


@pytest.mark.parametrize("drawn", [72.0, 150.0, 204.0, 225.0, 289.0])
def test_a_page_that_is_not_much_finer_is_recognised_as_it_is(drawn: float) -> None:
    assert recognition_dpi(drawn) == drawn
