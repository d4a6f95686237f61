"""The product as a reader: documents through the warm local runtime, by the handlers that are deployed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.documents import Desk, Passage
from benchmarks.peers.readers import Outcome

_KINDS: Final = {".jpg": "page images", ".pdf": "searchable PDF", ".txt": "text"}


class Ours:
    """The product.

    Args:
        warming: documents, more than are read at once, that are read before each reading and not counted, so that
            every function is warm, as it is where documents come all the time; ``cold_start`` tells what starts cost.

    Attributes:
        passages: of the documents read so far, a passage a reading.
    """

    name = "Docpipe"

    def __init__(self, desk: Desk, warming: Sequence[Path]) -> None:
        self._desk = desk
        self._warming = warming
        self.passages: list[Passage] = []

    def read(self, documents: Sequence[Path], folder: Path) -> Outcome:
        """Hand in all documents at once; what is written stays in the runtime. Raises ``BenchmarkError``."""
        self._desk.process(*self._warming)
        passage = self._desk.process(*documents)
        self.passages.append(passage)
        # Fetched when the account is closed already: looking at results is no part of making them.
        results = [self._desk.results(document.document_id) for document in passage.documents]
        sizes: dict[str, int] = {}
        for result in results:
            for suffix, size in result.sizes.items():
                kind = _KINDS.get(suffix, suffix)
                sizes[kind] = sizes.get(kind, 0) + size
        return Outcome(
            cpu_s=passage.usage.pipeline_s,
            wall_s=passage.wall_s,
            peak_mb=max(used for name, (used, _) in passage.function_peaks_mb.items() if name.startswith("ocr")),
            texts=tuple(result.texts for result in results),
            bytes_out=sizes,
        )
