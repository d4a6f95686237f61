"""Reading one document, a page at a time, in one process: what a page worker does.

The room for a new input format is ``sources``, for a new engine ``docpipe.ocr.engines``.
"""

from __future__ import annotations

from docpipe.ocr import make_engine
from docpipe.reading.page import read_page
from docpipe.reading.sources import inspect, open_source

__all__ = ["inspect", "make_engine", "open_source", "read_page"]
