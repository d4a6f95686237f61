"""What is made of a document beyond its text and its searchable PDF, when it is asked for."""

from __future__ import annotations

from enum import StrEnum


class Output(StrEnum):
    """A file with every word and its box, for other software to read."""

    HOCR = "hocr"
    """hOCR 1.2: HTML, as Tesseract, OCRmyPDF and the Internet Archive write it."""
    ALTO = "alto"
    """ALTO 4.4 (Library of Congress): XML, as libraries and archives keep it."""


MEDIA_TYPES: dict[Output, str] = {Output.HOCR: "text/html; charset=utf-8", Output.ALTO: "application/xml"}

FILE_NAMES: dict[Output, str] = {Output.HOCR: "words.hocr.html", Output.ALTO: "words.alto.xml"}
"""What each is called where it is kept, and where it is saved."""
