"""Which language a document seems to be in, when it was read in another: a suggestion for its owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from docpipe.domain import languages
from docpipe.domain.page import PageSource, PageText
from docpipe.ports import LanguageGuesser

_SAMPLE_CHARS: Final = 20_000
"""About five full pages: more changes no guess."""

_LEAST_WORDS: Final = 20
"""Names, addresses and numbers alone are no text in a language."""

_SURE: Final = 0.25
"""Score of a guess that is told. Measured on letters in ten languages with Latin letters, each recognised as English:
the right language was the best guess, with 0.31 (Vietnamese) to 0.95; what becomes of other letters scores 0.13 at
most. Of 155 English pages, forms and receipts among them, none fitted another language better."""

_LEAD: Final = 1.15
"""How many times better it must fit than the languages that the text was read in."""

LANGUAGE_OF_SCRIPT: Final[dict[str, str]] = {
    "Arabic": "ara",
    "Armenian": "hye",
    "Bengali": "ben",
    "Cyrillic": "rus",
    "Devanagari": "hin",
    "Ethiopic": "amh",
    "Georgian": "kat",
    "Greek": "ell",
    "Gujarati": "guj",
    "Gurmukhi": "pan",
    "Han": "chi_sim",
    "Hangul": "kor",
    "Hebrew": "heb",
    "Japanese": "jpn",
    "Kannada": "kan",
    "Khmer": "khm",
    "Korean": "kor",
    "Malayalam": "mal",
    "Tamil": "tam",
    "Telugu": "tel",
    "Thai": "tha",
}
"""Tesseract's names of scripts, with the language that most people write in each."""


class LanguageEar:
    """Listens to the pages of a document as they go by, and says afterwards what it heard.

    Args:
        read_in: languages that the document was read in, ``eng+spa``.
    """

    def __init__(self, read_in: str, guesser: LanguageGuesser) -> None:
        self._read_in = languages.split(read_in)
        self._guesser = guesser
        self._texts: list[str] = []
        self._heard = 0
        self._pages = 0
        self._scripts: Counter[str] = Counter()

    def listen(self, pages: Iterable[PageText]) -> Iterator[PageText]:
        """The pages as they are."""
        for page in pages:
            if page.source is PageSource.OCR:
                self._hear(page)
            yield page

    def suggestion(self) -> str | None:
        """A language that the text seems to be in, other than those it was read in; or None."""
        script = self._foreign_script()
        if script is not None:
            return script
        text = " ".join(self._texts)
        if len(text.split()) < _LEAST_WORDS:
            return None
        guesses = self._guesser.guess(text)
        best = guesses[0] if guesses else None
        if best is None or best.language in self._read_in or best.score < _SURE:
            return None
        known = max((guess.score for guess in guesses if guess.language in self._read_in), default=0.0)
        return best.language if best.score >= _LEAD * known else None

    def _hear(self, page: PageText) -> None:
        self._pages += 1
        if page.script is not None:
            self._scripts[page.script] += 1
        if self._heard < _SAMPLE_CHARS:
            self._texts.append(page.text)
            self._heard += len(page.text)

    def _foreign_script(self) -> str | None:
        """The language of a script that most pages are in, when none that the document was read in uses it."""
        script, pages = self._scripts.most_common(1)[0] if self._scripts else ("", 0)
        language = LANGUAGE_OF_SCRIPT.get(script)
        if language is None or pages * 2 <= self._pages or language in self._read_in:
            return None
        return language
