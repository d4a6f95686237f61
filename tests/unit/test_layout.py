"""From placed words to text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpipe.domain.cost import Usage, cost_microusd
from docpipe.domain.layout import PlacedWord, clean, lay_out
from docpipe.domain.page import Word, mean_confidence


def placed(text: str, *, paragraph: int = 0, line: int = 0) -> PlacedWord:
    return PlacedWord(text, 0, 0, 10, 10, 90, (paragraph,), line)


def test_words_lines_and_paragraphs_are_parted() -> None:
    text, words = lay_out(
        [placed("Dear"), placed("colleague"), placed("thank", line=1), placed("you", paragraph=1, line=0)]
    )
    assert text == "Dear colleague\nthank\n\nyou"
    assert [word.line for word in words] == [0, 0, 1, 2]


def test_words_that_hold_nothing_are_dropped() -> None:
    text, words = lay_out([placed("\x00"), placed("a\x00b"), placed(" "), placed("c\ud800")])
    assert (text, [word.text for word in words]) == ("ab c", ["ab", "c"])


@given(st.text())
def test_what_is_left_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    assert "\n" not in cleaned
    cleaned.encode()


@given(st.lists(st.text(max_size=8), max_size=20))
def test_text_and_words_say_the_same(texts: list[str]) -> None:
    text, words = lay_out([placed(one, line=number // 3) for number, one in enumerate(texts)])
    assert text.split() == " ".join(word.text for word in words).split()


def test_long_words_weigh_more() -> None:
    words = (Word("a", 0, 0, 1, 1, 0, 0), Word("abc", 0, 0, 1, 1, 80, 0))
    assert mean_confidence(words) == pytest.approx(60)
    assert mean_confidence(()) is None


def test_cost_is_that_of_the_price_list() -> None:
    usage = Usage(memory_mb=1_024, duration_ms=1_000_000)
    # A thousand GB-seconds, a million requests, a thousand PUTs.
    assert cost_microusd(mb_ms=usage.mb_ms, invocations=1_000_000, puts=1_000) == round(13_333.4 + 200_000 + 5_000)
