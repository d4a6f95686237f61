"""Tesseract as a process for each page, through pytesseract: slower, and nothing of it stays in memory."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytesseract
from PIL import Image

from docpipe.domain.errors import PageTimeoutError
from docpipe.ocr.tessdata import EngineMissingError, installed_languages, require_languages
from docpipe.ocr.tsv import recognised_text
from docpipe.ports import Arrangement, Bitmap, Orientation, RecognisedText

_VARIABLES = "-c invert_threshold=0.5"

_SEGMENTATION = {Arrangement.PAGE: 3, Arrangement.BLOCK: 6}
"""Page segmentation modes, as the program numbers them."""


class PytesseractEngine:
    """The ``tesseract`` program.

    Args:
        tessdata: the folder of the language data.

    Raises:
        EngineMissingError: the program is not installed.
    """

    def __init__(self, tessdata: Path) -> None:
        if shutil.which("tesseract") is None:
            raise EngineMissingError
        self._tessdata = tessdata

    def languages(self) -> frozenset[str]:
        """The installed languages."""
        return installed_languages(self._tessdata)

    def recognise(
        self, bitmap: Bitmap, *, languages: str, time_limit_s: float, arrangement: Arrangement = Arrangement.PAGE
    ) -> RecognisedText:
        """Read the bitmap."""
        require_languages(languages, self._tessdata)
        options = (
            f"--psm {_SEGMENTATION[arrangement]} --oem 1 --dpi {round(bitmap.dpi)} {_VARIABLES} "
            f"--tessdata-dir {self._tessdata}"
        )
        try:
            tsv = pytesseract.image_to_data(
                _image(bitmap),
                lang=languages,
                config=options,
                timeout=time_limit_s,
                output_type=pytesseract.Output.STRING,
            )
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            # pytesseract reports its time limit as a bare RuntimeError; its other errors are a subclass.
            if isinstance(error, pytesseract.TesseractError):
                raise
            raise PageTimeoutError(time_limit_s) from None
        return recognised_text(tsv)

    def orientation(self, bitmap: Bitmap) -> Orientation | None:
        """Which way up the bitmap stands, or None when there is too little text to tell."""
        try:
            found = pytesseract.image_to_osd(
                _image(bitmap),
                config=f"--dpi {round(bitmap.dpi)} --tessdata-dir {self._tessdata}",
                output_type=pytesseract.Output.DICT,
            )
        except pytesseract.TesseractError:
            # "Too few characters" ends the program with an error; it is an answer.
            return None
        return Orientation(
            rotation=int(found["rotate"]) % 360,
            confidence=float(found["orientation_conf"]),
            script=str(found["script"]),
            script_confidence=float(found["script_conf"]),
        )


def _image(bitmap: Bitmap) -> Image.Image:
    return Image.frombytes("L", (bitmap.width, bitmap.height), bitmap.pixels)
