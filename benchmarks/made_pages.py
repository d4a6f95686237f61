"""Pages with known text for those who have no corpus: the project's own sample sheets, scanned again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.accuracy_corpus import Document
from local.samples import SHEETS, make_samples
from local.samples.sheets import Look

_PAPER: Final = tuple(sheet for sheet in SHEETS if sheet.look not in (Look.DIGITAL, Look.BLANK))
_REPEATED: Final = 4
"""Each time with other specks and another grain, which the place of a sheet in the scan decides."""


def made_documents(folder: Path) -> list[Document]:
    """One document of several scanned pages; written into ``folder``."""
    sheets = _PAPER * _REPEATED
    path = make_samples(folder / "made", sheets).scan
    truths = tuple("\n".join(sheet.lines) for sheet in sheets)
    return [Document("made/letters", "made", path, truths, upper_case=False, ordered=True)]
