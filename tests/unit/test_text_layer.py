"""Judging text layers by what is measured on a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docpipe.domain.plausibility import familiar_share, is_plausible, plausible_share
from docpipe.domain.text_layer import NONSENSE_SHARE, UNFAMILIAR_SHARE, TextLayerSignals, judge
from tests.support.layered import texts

LETTER = TextLayerSignals(
    characters=1_800,
    words=320,
    garbled_share=0.0,
    plausible_share=0.95,
    familiar_share=0.75,
    squeezed_share=0.0,
    spread=0.7,
    image_coverage=0.02,
    hidden_share=0.0,
    glyph_shapes=3,
    shapes=12,
)


@pytest.mark.parametrize(
    ("signals", "use", "reason"),
    [
        (LETTER, True, "text layer is good"),
        (replace(LETTER, characters=0, words=0, plausible_share=None), False, "no text layer"),
        (replace(LETTER, garbled_share=0.2), False, "text layer is garbled"),
        (replace(LETTER, plausible_share=0.45), False, "text layer reads as nonsense"),
        (replace(LETTER, familiar_share=0.3), False, "letters of the text layer stand for others"),
        (replace(LETTER, familiar_share=None), True, "text layer is good"),
        (replace(LETTER, squeezed_share=0.9), False, "letters of the text layer stand for others"),
        (replace(LETTER, image_coverage=1.0, spread=0.1), False, "little text over a scan"),
        (
            replace(LETTER, image_coverage=1.0, hidden_share=1.0, spread=0.1),
            False,
            "hidden text layer holds only part of the page",
        ),
        (replace(LETTER, image_coverage=1.0, characters=60, words=9), False, "little text over a scan"),
        (replace(LETTER, image_coverage=1.0, hidden_share=1.0), True, "hidden text layer is good"),
        (
            replace(LETTER, image_coverage=1.0, hidden_share=1.0, plausible_share=0.8),
            False,
            "hidden text layer is poor",
        ),
        (replace(LETTER, image_coverage=1.0, hidden_share=1.0, words=3), False, "hidden text layer is poor"),
        (replace(LETTER, image_coverage=0.9), True, "text layer over a background is good"),
        (replace(LETTER, characters=90, glyph_shapes=1_500), False, "text is drawn as outlines"),
        (
            replace(LETTER, characters=12, words=2, image_coverage=0.3),
            False,
            "text layer holds only part of the page",
        ),
        (replace(LETTER, characters=12, words=2, image_coverage=0.0, glyph_shapes=0), True, "text layer is good"),
    ],
)
def test_judgement(signals: TextLayerSignals, use: bool, reason: str) -> None:
    verdict = judge(signals)
    assert (verdict.use, verdict.reason) == (use, reason)


@pytest.mark.parametrize(
    "word",
    [
        "patient",
        "Müller",
        "O'Brien",
        "120/80",
        "12.5mg",
        "HbA1c",
        "NHS",
        "пациент",
        "co-morbid",
        "McDonald",
        "3",
        "smrt",
        "रोगी",
        "ผู้",
    ],
)
def test_words_numbers_and_codes_are_plausible(word: str) -> None:
    assert is_plausible(word)


@pytest.mark.parametrize("word", ["jkxqvbn", "tHe|r", "aBcDeFg", "xx~yy~zz", "hjklmnpqrst", "w" * 40])
def test_noise_is_not(word: str) -> None:
    assert not is_plausible(word)


TEXT = "The patient was seen on 3 March, and his blood pressure (120/80) was within the expected range."
SHIFTED = "Wkh sdwlhqw zdv vhhq rq 6 Pdufk, dqg klv eorrg suhvvxuh zdv zlwklq wkh hashfwhg udqjh."
"""The same as it copies from a PDF whose font was subset without saying which glyph is which letter."""


def test_running_text_and_noise_are_far_apart() -> None:
    assert (plausible_share(TEXT.split(" ")) or 0) > 0.9
    assert (plausible_share(SHIFTED.split(" ")) or 0) < NONSENSE_SHARE
    assert plausible_share(["--", "…"]) is None


@pytest.mark.parametrize("shift", range(1, 26))
def test_exchanged_letters_are_told_by_their_neighbours(shift: int) -> None:
    text = texts.LETTERS["English"]
    exchanged = "".join(chr((ord(c) - 97 + shift) % 26 + 97) if "a" <= c <= "z" else c for c in text.lower())
    assert (familiar_share(text.split(" ")) or 0) > 0.6
    assert (familiar_share(exchanged.split(" ")) or 1) < UNFAMILIAR_SHARE


def test_abbreviations_and_few_words_are_not_judged_by_their_letters() -> None:
    assert familiar_share(["WBC", "7.2", "10^9/L"] * 100) is None
    assert familiar_share(["xkcd"]) is None
