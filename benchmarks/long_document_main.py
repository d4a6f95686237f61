"""The process behind ``long_documents``: ``python -m benchmarks.long_document_main DOCUMENT RESULT [GROUP]``."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.documents import desk
from benchmarks.material import excerpt


@dataclass(frozen=True, slots=True)
class LongRun:
    """One document through a runtime that was started for it, and has read a single page.

    Attributes:
        worker_peak_mb: the most resident memory of the largest page worker, MB.
        handler_peak_mb: the same of the largest process that ran a handler.
        function_peaks_mb: the most memory of one invocation of each function, and what it was given, MB.
        pipeline_s, handlers_s: CPU seconds.
        wall_s: seconds from the announcement to the end.
    """

    name: str
    pages: int
    tier: str
    worker_peak_mb: float
    handler_peak_mb: float
    function_peaks_mb: dict[str, tuple[float, int]]
    pipeline_s: float
    handlers_s: float
    wall_s: float

    @property
    def fullest(self) -> float:
        """The largest share of its memory that a function used."""
        return max(used / given for used, given in self.function_peaks_mb.values())


def main(document: Path, result: Path, group: Path | None) -> None:
    """Take the document through a runtime; all of it within the control group, if one is named."""
    if group is not None:
        group.write_text(str(os.getpid()), encoding="ascii")
    with desk() as runtime:
        # What starts cost is told by ``cold_start``. A single page leaves no memory behind in a worker.
        runtime.process(excerpt(document, [1], result.parent))
        passage = runtime.process(document)
        run = LongRun(
            name=document.stem,
            pages=passage.documents[0].page_count or 0,
            tier=passage.documents[0].tier or "",
            worker_peak_mb=max(runtime.ledger.worker_peaks_mb()),
            handler_peak_mb=max(runtime.ledger.handler_peaks_mb()),
            function_peaks_mb=passage.function_peaks_mb,
            pipeline_s=passage.usage.pipeline_s,
            handlers_s=passage.usage.handlers_s,
            wall_s=passage.wall_s,
        )
    result.write_text(json.dumps(asdict(run)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
