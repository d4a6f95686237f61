"""Guesses the language of a text by its letters in a row, with the profiles that come with ``eld``."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from eld import LanguageDetector

from docpipe.domain.languages import Guess

_SHOWN: Final = 8
"""Guesses told, the best first: the rest fits no text."""

_NAMES: Final[dict[str, str]] = {
    "am": "amh", "ar": "ara", "az": "aze", "be": "bel", "bg": "bul", "bn": "ben", "ca": "cat", "cs": "ces",
    "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est", "eu": "eus", "fa": "fas",
    "fi": "fin", "fr": "fra", "gu": "guj", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "hy": "hye",
    "is": "isl", "it": "ita", "ja": "jpn", "ka": "kat", "kn": "kan", "ko": "kor", "ku": "kmr", "lo": "lao",
    "lt": "lit", "lv": "lav", "ml": "mal", "mr": "mar", "ms": "msa", "nl": "nld", "no": "nor", "or": "ori",
    "pa": "pan", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv", "sq": "sqi",
    "sr": "srp", "sv": "swe", "ta": "tam", "te": "tel", "th": "tha", "tl": "fil", "tr": "tur", "uk": "ukr",
    "ur": "urd", "vi": "vie", "yo": "yor", "zh": "chi_sim",
}  # fmt: skip
"""The library's names (ISO 639-1) and Tesseract's."""


class EldGuesser:
    """Loads the profiles when it is first asked: 0.1 CPU seconds and 45 MB."""

    def guess(self, text: str) -> tuple[Guess, ...]:
        """Languages that the text may be in, the most likely first."""
        scores = self._detector.detect(text).scores()
        best = sorted(scores.items(), key=lambda item: -item[1])[:_SHOWN]
        return tuple(Guess(_NAMES[code], score) for code, score in best if code in _NAMES)

    @cached_property
    def _detector(self) -> LanguageDetector:
        return LanguageDetector()
