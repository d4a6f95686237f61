"""Where Tesseract's language data lies, and which languages it holds."""

from __future__ import annotations

import os
from pathlib import Path

from docpipe.domain import languages
from docpipe.domain.errors import DocpipeError

_USUAL_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
_NO_LANGUAGES = frozenset({"osd", "equ"})
"""Data files for orientation and for formulas: they recognise no text."""


class EngineMissingError(DocpipeError):
    """Tesseract's language data cannot be found."""

    code = "engine_missing"

    def __init__(self) -> None:
        super().__init__(
            "Tesseract's language data cannot be found. Install tesseract-ocr, or set TESSDATA_PREFIX to its folder."
        )


def tessdata_folder() -> Path:
    """The folder that holds ``eng.traineddata`` and its like: TESSDATA_PREFIX, or one of the usual places.

    Raises:
        EngineMissingError: there is none.
    """
    told = os.environ.get("TESSDATA_PREFIX")
    for place in [told] if told else _USUAL_PLACES:
        folder = Path(place)
        if any(folder.glob("*.traineddata")):
            return folder
    raise EngineMissingError


def installed_languages(folder: Path) -> frozenset[str]:
    """The languages that can be recognised."""
    return frozenset(file.stem for file in folder.glob("*.traineddata")) - _NO_LANGUAGES


def require_languages(wanted: str, folder: Path) -> None:
    """Check that every language of ``eng+spa`` is installed.

    Raises:
        LanguageUnavailableError: names the first that is not, and those that are.
    """
    languages.require(wanted, installed_languages(folder))
