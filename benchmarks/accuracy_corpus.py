"""Documents with known text: a folder whose ``manifest.csv`` names them, their pages' truths and their split."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.accuracy_scores import Score, score

_NO_TRUTH: Final = "-"
_ORDER_BY_PLACE: Final = ("geometric", "source hOCR")
"""Beginnings of the manifest's ``order`` where the truth is sorted by place, so that edit distances mean little."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document.

    Attributes:
        name: ``source/name``.
        source: whose collection it is from.
        truths: text of each page, None where it is not known.
        upper_case: whether the truth was written in capitals, whatever the page says.
        ordered: whether the truth is in an order in which one would read.
    """

    name: str
    source: str
    path: Path
    truths: tuple[str | None, ...]
    upper_case: bool
    ordered: bool

    def score(self, pages: Sequence[str]) -> Score:
        """Hold the text of its pages against the truth; a page that is not there counts as empty."""
        total = Score()
        for number, truth in enumerate(self.truths):
            if truth and truth.strip():
                text = pages[number] if number < len(pages) else ""
                total += score(truth, text, fold_case=self.upper_case)
        return total


def documents(folder: Path, split: str = "dev") -> list[Document]:
    """The documents of a split, or of ``all``, in the manifest's order.

    Raises:
        OSError: the manifest, or a truth that it names, cannot be read.
    """
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return [_document(folder, row) for row in csv.DictReader(file) if split in ("all", row["split"])]


def _document(folder: Path, row: dict[str, str]) -> Document:
    names = row["gt"].split(";")
    return Document(
        name=row["id"],
        source=row["id"].partition("/")[0],
        path=folder / row["file"],
        truths=tuple(None if name == _NO_TRUTH else (folder / name).read_text(encoding="utf-8") for name in names),
        upper_case=row["case"].startswith("gt upper"),
        ordered=not row["order"].startswith(_ORDER_BY_PLACE),
    )
