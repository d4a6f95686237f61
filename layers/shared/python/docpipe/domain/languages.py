"""Languages as Tesseract names and joins them: ``eng``, ``eng+spa``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from docpipe.domain.errors import LanguageUnavailableError


@dataclass(frozen=True, slots=True)
class Guess:
    """A language that a text may be in.

    Attributes:
        language: as Tesseract names it.
        score: how well the text fits the language, 0-1.
    """

    language: str
    score: float


def split(joined: str) -> tuple[str, ...]:
    """The languages of ``eng+spa``, each once, in the order in which Tesseract is to prefer them."""
    return tuple(dict.fromkeys(joined.split("+")))


def require(wanted: str, available: Collection[str]) -> None:
    """Check that every language of ``eng+spa`` can be recognised.

    Raises:
        LanguageUnavailableError: names the first that cannot, and those that can.
    """
    for language in split(wanted):
        if language not in available:
            raise LanguageUnavailableError(language, ", ".join(sorted(available)))
