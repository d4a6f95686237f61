"""Long documents from end to end: memory that does not grow with the pages, and text layers in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.documents import Passage, desk
from benchmarks.figures import Figure, Section, Target
from benchmarks.material import Bench

_GROWTH: Final = Target(at_most=1.10)
_WITHIN: Final = Target(at_most=1.0)
_SECONDS: Final = Target(at_most=60.0)
"""What "in seconds" is taken for at most, for 400 pages."""

_METHOD: Final = (
    "Each document goes through a runtime that was started for it. Memory of a page worker is the most that was "
    "ever resident, as the kernel keeps it (VmHWM), of the largest worker, and is held against that of a short scan "
    "of pages from the longest one; memory of a function is the most of its whole process tree, and is held against "
    "what the function is given. Processor time includes the start of every process. Wall time is from announcing "
    "the document to its last state, on a machine that does other things too."
)


@dataclass(frozen=True, slots=True)
class _Run:
    path: Path
    passage: Passage
    worker_peak_mb: float

    @property
    def fullest(self) -> float:
        """The largest share of its memory that a function used."""
        return max(used / given for used, given in self.passage.function_peaks_mb.values())


def measure(bench: Bench) -> Section:
    """Take each document through a runtime of its own."""
    short = _run(bench.short_scan)
    scans = [_run(path) for path in bench.long_scans]
    digital = _run(bench.born_digital)
    figures = [
        figure
        for scan in scans
        for figure in (
            Figure(
                f"{_pages(scan)}-page scan: peak of a worker / {_pages(short)}-page scan's",
                scan.worker_peak_mb / short.worker_peak_mb,
                "",
                target=_GROWTH,
            ),
            Figure(f"{_pages(scan)}-page scan: fullest function", scan.fullest, "of its memory", target=_WITHIN),
        )
    ]
    figures += [
        Figure(
            f"{_pages(digital)}-page born-digital: from upload to result", digital.passage.wall_s, "s", target=_SECONDS
        ),
        Figure(
            f"{_pages(digital)}-page born-digital: CPU a page",
            digital.passage.usage.pipeline_s / _pages(digital),
            "s",
        ),
    ]
    columns = ("Document", "Pages", "Tier", "Worker, MB", "Functions, MB", "CPU, s", "Handlers, s", "Wall, s")
    rows = tuple(_row(run) for run in (short, *scans, digital))
    return Section("long_documents", "Long documents", _METHOD, tuple(figures), columns, rows)


def _run(path: Path) -> _Run:
    with desk() as runtime:
        passage = runtime.process(path)
        return _Run(path, passage, max(runtime.ledger.worker_peaks_mb()))


def _pages(run: _Run) -> int:
    return run.passage.document.page_count or 0


def _row(run: _Run) -> tuple[str | float | int, ...]:
    passage = run.passage
    functions = ", ".join(
        f"{name} {used:.0f}/{given}"
        for name, (used, given) in sorted(passage.function_peaks_mb.items())
        if name.startswith(("intake", "ocr", "assemble"))
    )
    usage = passage.usage
    tier = passage.document.tier or ""
    return (
        run.path.stem,
        _pages(run),
        tier,
        run.worker_peak_mb,
        functions,
        usage.pipeline_s,
        usage.handlers_s,
        passage.wall_s,
    )
