"""Recognition engines. Tesseract lives here and nowhere else."""

from __future__ import annotations

from docpipe.ocr.engines import UnknownEngineError, make_engine

__all__ = ["UnknownEngineError", "make_engine"]
