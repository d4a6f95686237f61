"""How well pages are read, by source, and at what cost: the product's own reading against the truth."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

from benchmarks.accuracy_corpus import Document
from benchmarks.accuracy_scores import Score
from docpipe.domain.errors import PageError
from docpipe.page_source import PageSource
from docpipe.ports import OcrEngine, ReadOptions
from docpipe.reading import make_engine, open_source, read_page

ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of a document: the text of its pages, and the CPU seconds it took."""

    pages: tuple[str, ...]
    cpu_s: float


Reader = Callable[[Path], Read]
"""Whoever reads documents: a file goes in."""


@dataclass(slots=True)
class Standing:
    """How a reader stands on the documents of one source.

    Attributes:
        score: of all pages, for the words found.
        ordered: of those whose order is known, for the rates of errors.
    """

    source: str
    documents: int = 0
    pages: int = 0
    cpu_s: float = 0.0
    score: Score = field(default_factory=Score)
    ordered: Score = field(default_factory=Score)

    def add(self, document: Document, read: Read) -> None:
        """Count a document."""
        score = document.score(read.pages)
        self.documents += 1
        self.pages += len(document.truths)
        self.cpu_s += read.cpu_s
        self.score += score
        if document.ordered:
            self.ordered += score

    @property
    def cpu_per_page_s(self) -> float:
        """CPU seconds a page."""
        return self.cpu_s / max(1, self.pages)


def standings(results: Iterable[tuple[Document, Read]]) -> list[Standing]:
    """By source in alphabetical order, then over all."""
    ordered = sorted(results, key=lambda result: result[0].source)
    found = []
    for source, group in groupby(ordered, key=lambda result: result[0].source):
        found.append(_standing(source, list(group)))
    return [*found, _standing(ALL, ordered)]


def _standing(source: str, results: Sequence[tuple[Document, Read]]) -> Standing:
    standing = Standing(source)
    for document, read in results:
        standing.add(document, read)
    return standing


class Ours:
    """The product's reading in this process, with a warm engine.

    Set OMP_THREAD_LIMIT=1 before this module is imported.
    """

    def __init__(self, options: ReadOptions | None = None, engine: OcrEngine | None = None) -> None:
        self._options = options or ReadOptions()
        self._engine = engine or make_engine("tesserocr")

    def __call__(self, path: Path) -> Read:
        """Read a document; a page that cannot be read has no text. Raises ``DocumentError``."""
        began = cpu_seconds()
        with open_source(path) as source:
            pages = tuple(self._text(source, number) for number in range(1, source.page_count + 1))
        return Read(pages, cpu_seconds() - began)

    def _text(self, source: PageSource, number: int) -> str:
        try:
            return read_page(source, number, self._engine, self._options).text
        except PageError:
            return ""


def cpu_seconds() -> float:
    """CPU seconds of this process and of those it has waited for, user and system."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)
