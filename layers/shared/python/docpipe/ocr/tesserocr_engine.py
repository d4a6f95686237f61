"""Tesseract in this process: its model is loaded once for each set of languages and kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import tesserocr

from docpipe.domain.errors import PageTimeoutError
from docpipe.domain.layout import PlacedWord, lay_out
from docpipe.ocr.tessdata import installed_languages, require_languages
from docpipe.ports import Arrangement, Bitmap, Orientation, RecognisedText

_VARIABLES = {
    # A line that reads worse than this, 0-1, is tried inverted as well: light print on dark bars and whole negatives
    # are read as well as others. Tesseract's own 0.7 tries more lines of poor scans and finds nothing more.
    "invert_threshold": "0.5",
}

_SEGMENTATION = {Arrangement.PAGE: tesserocr.PSM.AUTO, Arrangement.BLOCK: tesserocr.PSM.SINGLE_BLOCK}


class TesserocrEngine:
    """libtesseract through tesserocr.

    Args:
        tessdata: the folder of the language data.
    """

    def __init__(self, tessdata: Path) -> None:
        self._tessdata = tessdata
        self._apis: dict[str, tesserocr.PyTessBaseAPI] = {}

    def languages(self) -> frozenset[str]:
        """The installed languages."""
        return installed_languages(self._tessdata)

    def recognise(
        self, bitmap: Bitmap, *, languages: str, time_limit_s: float, arrangement: Arrangement = Arrangement.PAGE
    ) -> RecognisedText:
        """Read the bitmap."""
        api = self._api(languages)
        api.SetPageSegMode(_SEGMENTATION[arrangement])
        self._show(api, bitmap)
        started = monotonic()
        try:
            done = api.Recognize(max(1, int(time_limit_s * 1_000)))
            if not done or monotonic() - started >= time_limit_s:
                raise PageTimeoutError(time_limit_s)
            text, words = lay_out(_words(api))
            return RecognisedText(text, words)
        finally:
            api.Clear()

    def orientation(self, bitmap: Bitmap) -> Orientation | None:
        """Which way up the bitmap stands, or None when there is too little text to tell."""
        # Its data is not kept: loading it takes a tenth of the time that a look takes, and holding it 35 MB.
        with tesserocr.PyTessBaseAPI(path=str(self._tessdata), lang="osd", psm=tesserocr.PSM.OSD_ONLY) as api:
            self._show(api, bitmap)
            found = api.DetectOrientationScript()
        if not found:
            return None
        # The library tells how far the page is turned; what is asked for is how to turn it back.
        return Orientation(
            rotation=-int(found["orient_deg"]) % 360,
            confidence=float(found["orient_conf"]),
            script=str(found["script_name"]),
            script_confidence=float(found["script_conf"]),
        )

    def _api(self, languages: str) -> tesserocr.PyTessBaseAPI:
        if languages not in self._apis:
            require_languages(languages, self._tessdata)
            api = tesserocr.PyTessBaseAPI(
                path=str(self._tessdata), lang=languages, psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
            )
            for name, value in _VARIABLES.items():
                api.SetVariable(name, value)
            self._apis[languages] = api
        return self._apis[languages]

    @staticmethod
    def _show(api: tesserocr.PyTessBaseAPI, bitmap: Bitmap) -> None:
        api.SetImageBytes(bitmap.pixels, bitmap.width, bitmap.height, 1, bitmap.width)
        api.SetSourceResolution(round(bitmap.dpi))


def _words(api: tesserocr.PyTessBaseAPI) -> Iterator[PlacedWord]:
    """The words recognised, in reading order; to be taken before the page is cleared.

    Tesseract's own TSV says the same, and takes twice as long: it asks of each word whether it begins a line, a
    paragraph and a block, and an answer takes the longer the more words a page has.
    """
    found = api.GetIterator()
    if found is None or found.Empty(tesserocr.RIL.WORD):
        return
    paragraph = line = 0
    for word in tesserocr.iterate_level(found, tesserocr.RIL.WORD):
        if word.IsAtBeginningOf(tesserocr.RIL.TEXTLINE):
            line += 1
            if word.IsAtBeginningOf(tesserocr.RIL.PARA):
                paragraph += 1
        x0, y0, x1, y1 = word.BoundingBox(tesserocr.RIL.WORD)
        confidence = min(100.0, max(0.0, word.Confidence(tesserocr.RIL.WORD)))
        yield PlacedWord(word.GetUTF8Text(tesserocr.RIL.WORD), x0, y0, x1, y1, confidence, (paragraph,), line)
