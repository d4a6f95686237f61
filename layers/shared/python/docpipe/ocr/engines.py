"""The engines by name, each imported only when it is asked for."""

from __future__ import annotations

from docpipe.domain.errors import DocpipeError
from docpipe.ocr.tessdata import tessdata_folder
from docpipe.ports import OcrEngine


class UnknownEngineError(DocpipeError):
    """The setting OCR_ENGINE names no engine."""

    code = "engine_unknown"

    def __init__(self) -> None:
        super().__init__("OCR_ENGINE names no engine. Set it to tesserocr or pytesseract.")


def make_engine(name: str) -> OcrEngine:
    """An engine by its name: ``tesserocr`` (in process) or ``pytesseract`` (a process a page).

    Raises:
        UnknownEngineError: there is no engine of that name.
        EngineMissingError: Tesseract's language data cannot be found.
    """
    if name == "tesserocr":
        from docpipe.ocr.tesserocr_engine import TesserocrEngine  # noqa: PLC0415 - one engine is loaded, not both

        return TesserocrEngine(tessdata_folder())
    if name == "pytesseract":
        from docpipe.ocr.pytesseract_engine import PytesseractEngine  # noqa: PLC0415 - see above

        return PytesseractEngine(tessdata_folder())
    raise UnknownEngineError
