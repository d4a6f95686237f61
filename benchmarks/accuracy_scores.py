"""How near a reading comes to the truth: errors of characters and words, and words found in whatever order."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import astuple, dataclass
from typing import Final, Self

from rapidfuzz.distance import Levenshtein

_INVISIBLE: Final = re.compile("[\ufeff\u200b\u200c\u200d\u2060\u00ad]")
_PLAIN: Final = str.maketrans(
    dict.fromkeys("‘’‚‛′´`", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("•·●▪", "*")
    | {"…": "...", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "⁄": "/", "×": "x"}
)
"""Typography that a reader need not tell apart."""

_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one or more pages; they add up.

    Attributes:
        characters, words: of the truth, ``words`` parted by white space.
        character_errors, word_errors: edit distances, which mean something where the order of reading is known.
        true_runs, read_runs, common_runs: runs of letters and digits in the truth, in the reading, and in both,
            in whatever order.
    """

    characters: int = 0
    character_errors: int = 0
    words: int = 0
    word_errors: int = 0
    true_runs: int = 0
    read_runs: int = 0
    common_runs: int = 0

    def __add__(self, other: Score) -> Self:
        """Both together."""
        return type(self)(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))

    @property
    def cer(self) -> float:
        """Character error rate; over 1 where more is invented than there is."""
        return self.character_errors / max(1, self.characters)

    @property
    def wer(self) -> float:
        """Word error rate."""
        return self.word_errors / max(1, self.words)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of the bag of runs of letters and digits."""
        return 2 * self.common_runs / max(1, self.true_runs + self.read_runs)


def score(truth: str, reading: str, *, fold_case: bool = False) -> Score:
    """Hold a reading against the truth; white space, typography and, if asked, capitals make no difference."""
    true, read = (_normal(text, fold_case=fold_case) for text in (truth, reading))
    true_words, read_words = true.split(), read.split()
    true_runs, read_runs = Counter(_WORD.findall(true)), Counter(_WORD.findall(read))
    return Score(
        characters=len(true),
        character_errors=Levenshtein.distance(true, read),
        words=len(true_words),
        word_errors=Levenshtein.distance(true_words, read_words),
        true_runs=true_runs.total(),
        read_runs=read_runs.total(),
        common_runs=(true_runs & read_runs).total(),
    )


def _normal(text: str, *, fold_case: bool) -> str:
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).translate(_PLAIN)
    return " ".join((plain.casefold() if fold_case else plain).split())
