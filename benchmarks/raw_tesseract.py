"""libtesseract alone: the least that recognising a bitmap can cost with this engine and data."""

from __future__ import annotations

import time

import tesserocr

from docpipe.ocr.tessdata import tessdata_folder
from docpipe.ports import Bitmap


class RawTesseract:
    """Warm, in this process, with the settings of the product and none of its code.

    Set OMP_THREAD_LIMIT=1 before this module is imported: time of other threads would not be counted.
    """

    def __init__(self) -> None:
        self._api = tesserocr.PyTessBaseAPI(
            path=str(tessdata_folder()), lang="eng", psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
        )
        self._api.SetVariable("invert_threshold", "0.5")

    def read(self, bitmap: Bitmap) -> tuple[float, str]:
        """CPU seconds from the pixels to their text, and the text."""
        began = time.thread_time()
        self._api.SetImageBytes(bitmap.pixels, bitmap.width, bitmap.height, 1, bitmap.width)
        self._api.SetSourceResolution(round(bitmap.dpi))
        self._api.Recognize()
        text = self._api.GetUTF8Text()
        self._api.Clear()
        return time.thread_time() - began, text

    def close(self) -> None:
        """Free the model."""
        self._api.End()
