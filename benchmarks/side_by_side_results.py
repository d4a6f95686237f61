"""What readers made of blocks of pages, and how they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.accuracy_scores import Score
from benchmarks.blocks import Block
from benchmarks.ledger import Usage
from benchmarks.peers.limit import Alone, Limit
from benchmarks.peers.readers import Outcome
from benchmarks.stages import Stages

DOCPIPE: Final = "Docpipe"
OCRMYPDF: Final = "OCRmyPDF"
TURNED: Final = "OCRmyPDF, turning and deskewing"
PYTESSERACT: Final = "pytesseract"
PICTURES: Final = "libtesseract alone, on page images"
BITMAPS: Final = "libtesseract alone, on what is recognised"


@dataclass(slots=True)
class Lap:
    """One block, read by all.

    Attributes:
        outcomes: by name of the reader.
        limit: libtesseract alone.
        usage: CPU of the product's runtime.
    """

    block: Block
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    limit: Limit = field(default_factory=lambda: Limit(Alone(0.0, ()), Alone(0.0, ()), Stages()))
    usage: Usage = field(default_factory=Usage)

    @property
    def overhead_s(self) -> float:
        """CPU seconds of the product that neither made pictures nor recognised."""
        return self.limit.stages.overhead_s(self.usage.handlers_s, self.usage.workers_s)

    def texts(self, reader: str) -> Sequence[Sequence[str]]:
        """What a reader read, by document and page."""
        alone = self.alone(reader)
        return alone.texts if alone else self.outcomes[reader].texts

    def alone(self, reader: str) -> Alone | None:
        """What libtesseract did alone, when that is the reader's name."""
        return {PICTURES: self.limit.on_pictures, BITMAPS: self.limit.on_bitmaps}.get(reader)


@dataclass(slots=True)
class Standing:
    """How a reader stands on the pages of one source.

    Attributes:
        score: of all pages with known text.
        ordered: of those whose order of reading is known too.
        cpu_s, wall_s: seconds, of all pages.
        peak_mb: of the largest document.
    """

    source: str
    reader: str
    pages: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_mb: float = 0.0
    bytes_out: int = 0
    score: Score = field(default_factory=Score)
    ordered: Score = field(default_factory=Score)

    def add(self, lap: Lap) -> None:
        """Count a block."""
        self.pages += lap.block.page_count
        alone = lap.alone(self.reader)
        if alone:
            self.cpu_s += alone.cpu_s
        else:
            outcome = lap.outcomes[self.reader]
            self.cpu_s += outcome.cpu_s
            self.wall_s += outcome.wall_s
            self.peak_mb = max(self.peak_mb, outcome.peak_mb)
            self.bytes_out += outcome.bytes_out.get("searchable PDF", 0)
        for truths, texts in zip(lap.block.truths, lap.texts(self.reader), strict=True):
            for number, truth in enumerate(truths or ()):
                score = truth.score([texts[number]] if number < len(texts) else [])
                self.score += score
                if truth.ordered:
                    self.ordered += score


def standing(laps: Iterable[Lap], reader: str, source: str | None = None) -> Standing:
    """How a reader stands on one source, or on all that have known text."""
    result = Standing(source or "all", reader)
    for lap in laps:
        if source == lap.block.source or (source is None and lap.block.truths[0] is not None):
            result.add(lap)
    return result


def sources_of(laps: Iterable[Lap]) -> list[str]:
    """The sources, in the order in which they were read."""
    return list(dict.fromkeys(lap.block.source for lap in laps))
