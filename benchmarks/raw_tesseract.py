"""libtesseract alone, warm, in this process: what recognising a bitmap costs with this engine and data."""

from __future__ import annotations

import time
from collections.abc import Mapping
from io import BytesIO
from typing import Final

import tesserocr
from PIL import Image

from docpipe.domain.resolution import recognition_dpi
from docpipe.ocr.tessdata import tessdata_folder
from docpipe.ports import Bitmap

SETTINGS: Final = {"invert_threshold": "0.5"}
"""Those of the product."""


class RawTesseract:
    """libtesseract with none of the product's code.

    Set OMP_THREAD_LIMIT=1 before this module is imported: time of other threads would not be counted.

    Args:
        settings: Tesseract's variables that are not left as they come.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._api = tesserocr.PyTessBaseAPI(
            path=str(tessdata_folder()), lang="eng", psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
        )
        for name, value in settings.items():
            self._api.SetVariable(name, value)

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


def bitmap_of_picture(jpeg: bytes, dpi: float) -> Bitmap:
    """A page image as anybody would give it to Tesseract: its brightness.

    A coarse one is enlarged as the product enlarges it; read as it is, it takes less time and tells less.
    """
    gray = Image.open(BytesIO(jpeg)).convert("L")
    larger = max(dpi, recognition_dpi(dpi, *gray.size))
    if larger > dpi:
        gray = gray.resize(
            (round(gray.width * larger / dpi), round(gray.height * larger / dpi)), Image.Resampling.BICUBIC
        )
    return Bitmap(width=gray.width, height=gray.height, pixels=gray.tobytes(), dpi=larger)
