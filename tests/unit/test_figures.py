"""Figures as people read them."""

from __future__ import annotations

import pytest

from docpipe.domain.errors import FileTooLargeError
from docpipe.domain.figures import size_in_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (999, "999 bytes"),
        (1_000, "1 KB"),
        (1_554_321, "1.56 MB"),
        (500_000_000, "500 MB"),
        (500_000_001, "501 MB"),
        (999_999_999, "1 GB"),
        (2**53, "9.01 PB"),
    ],
)
def test_a_size_has_three_digits_at_most_and_is_rounded_up(count: int, words: str) -> None:
    assert size_in_words(count) == words


def test_what_is_just_over_the_limit_does_not_read_like_it() -> None:
    assert "has 501 MB; at most 500 MB are read" in FileTooLargeError(500_000_001, 500_000_000).message
