"""Sets the text of a sheet on a page of an empty PDF."""

from __future__ import annotations

import re
from typing import Any, Final

import pymupdf

from local.samples.sheets import Look, Sheet

PAGE_WIDTH: Final = 595.0
PAGE_HEIGHT: Final = 842.0
"""A4, in points."""

_MARGIN: Final = 72.0
_LEADING: Final = 1.5
_TABLE_COLUMNS: Final = (72.0, 220.0, 310.0, 400.0, 523.0)
"""Where the columns of a table begin and where the last one ends, in points."""

_FACES: Final = {
    Look.TYPED: ("cour", 12.0),
    Look.TABLE: ("helv", 11.0),
    Look.FAX: ("helv", 13.0),
    Look.SIDEWAYS: ("tiro", 13.0),
    Look.DIGITAL: ("helv", 11.0),
}
"""Font (those that come with PyMuPDF) and size in points."""


def typeset(document: Any, sheet: Sheet) -> Any:
    """Add a page with the text of a sheet to a PyMuPDF document; gives the page."""
    page = document.new_page(width=PAGE_WIDTH, height=PAGE_HEIGHT)
    if not sheet.lines:
        return page
    font, size = _FACES[sheet.look]
    baseline = _MARGIN + size
    for line in sheet.lines:
        cells = re.split(r" {2,}", line)
        for x, cell in zip(_TABLE_COLUMNS, cells, strict=False):
            page.insert_text((x, baseline), cell, fontname=font, fontsize=size)
        if len(cells) > 1:
            _rule(page, baseline + size * 0.4)
        baseline += size * _LEADING
    return page


def _rule(page: Any, y: float) -> None:
    """The line under a row of a table."""
    page.draw_line(pymupdf.Point(_TABLE_COLUMNS[0] - 4, y), pymupdf.Point(_TABLE_COLUMNS[-1], y), width=0.6)
