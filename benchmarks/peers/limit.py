"""libtesseract alone, on the page images and on the very bitmaps that the product recognises."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.documents import BenchmarkError
from benchmarks.peers.commands import run_side_by_side
from benchmarks.stages import Stages


@dataclass(frozen=True, slots=True)
class Alone:
    """What libtesseract alone made of some documents, each page once.

    Attributes:
        cpu_s: CPU seconds.
        texts: of each document, the text of its pages.
    """

    cpu_s: float
    texts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """What libtesseract took for some documents, and what reading them is made of.

    Attributes:
        on_pictures: as it comes, on the page images that the product keeps.
        on_bitmaps: with the product's settings, on the bitmaps whose text it kept: the least that recognition costs.
        stages: of the product's own reading of the same pages, beside it.
    """

    on_pictures: Alone
    on_bitmaps: Alone
    stages: Stages


def measure_limit(documents: Sequence[Path], folder: Path) -> Limit:
    """Read documents, each in a process of its own. Raises ``BenchmarkError``."""
    results = [folder / f"{document.stem}.json" for document in documents]
    commands = [
        [sys.executable, "-m", "benchmarks.peers.limit_main", str(document), str(result)]
        for document, result in zip(documents, results, strict=True)
    ]
    run_side_by_side(commands, {"OMP_THREAD_LIMIT": "1"})
    told = [json.loads(result.read_text(encoding="utf-8")) for result in results]
    stages = Stages()
    for entry in told:
        stages.add(Stages(**entry["stages"]))
    if not stages.readings:
        raise BenchmarkError(f"Nothing was recognised on the pages of {documents[0]}. Look at it; it is no scan.")
    return Limit(
        _alone([entry["on_pictures"] for entry in told]), _alone([entry["on_bitmaps"] for entry in told]), stages
    )


def _alone(documents: Sequence[Sequence[tuple[float, str]]]) -> Alone:
    """From seconds and text of each page."""
    seconds = sum(seconds for pages in documents for seconds, _ in pages)
    return Alone(seconds, tuple(tuple(text for _, text in pages) for pages in documents))
