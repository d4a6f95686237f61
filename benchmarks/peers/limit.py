"""libtesseract alone on the bitmaps that the product recognises: the least that recognition can cost."""

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
class Limit:
    """What libtesseract took for some documents, and what reading them is made of.

    Attributes:
        raw_s: CPU seconds of libtesseract alone, once for each page, on the bitmap whose text the product kept.
        stages: of the product's own reading of the same pages, beside it.
        texts: what libtesseract alone read.
    """

    raw_s: float
    stages: Stages
    texts: tuple[tuple[str, ...], ...]


def measure_limit(documents: Sequence[Path], folder: Path) -> Limit:
    """Read documents, each in a process of its own. Raises ``BenchmarkError``."""
    results = [folder / f"{document.stem}.json" for document in documents]
    commands = [
        [sys.executable, "-m", "benchmarks.peers.limit_main", str(document), str(result)]
        for document, result in zip(documents, results, strict=True)
    ]
    run_side_by_side(commands, {"OMP_THREAD_LIMIT": "1"})
    total, raw_s, texts = Stages(), 0.0, []
    for result in results:
        told = json.loads(result.read_text(encoding="utf-8"))
        total.add(Stages(**told["stages"]))
        raw_s += told["raw_s"]
        texts.append(tuple(told["texts"]))
    if not raw_s:
        raise BenchmarkError(f"Nothing was recognised on the pages of {documents[0]}. Look at it; it is no scan.")
    return Limit(raw_s, total, tuple(texts))
