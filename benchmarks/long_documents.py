"""Long scans from end to end: memory that does not grow with the pages, within a limit that the kernel holds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from benchmarks.documents import BenchmarkError
from benchmarks.figures import Chart, Figure, Kind, Section, Target
from benchmarks.long_document_main import LongRun
from benchmarks.material import Bench
from benchmarks.memory_group import MemoryGroup, memory_group
from benchmarks.peers.commands import run_side_by_side
from benchmarks.stages import MOST_OVERHEAD, OVERHEAD, Stages, TimedEngine, read_timed
from docpipe.domain.tiers import TIERS
from docpipe.ocr import make_engine
from docpipe.reading import open_source

_GROWTH: Final = Target(at_most=1.10)
_WITHIN: Final = Target(at_most=1.0)
_ONE_WORKER_MB: Final = Target(at_most=700.0)
_LIMIT_MB: Final = TIERS[0].memory_mb
"""That of the smallest function; here it holds everything, PostgreSQL and the emulator too."""

_METHOD: Final = (
    "Each document goes through a runtime that was started for it and has read a single page. Memory of a page worker "
    "is the most that was ever resident, as the kernel keeps it (VmHWM), of the largest worker, and is held against "
    "that of a short scan whose pages, the largest among them, are from the longest one. Memory of a function is the "
    "most of its whole process tree, and is held against what the function is given. One worker and its function are "
    "the largest worker and the largest handler process together, shared pages counted twice. The longest scan runs "
    "within a control group that holds the whole runtime to the memory of the smallest function, where control groups "
    "can be made; its peak counts cached files, so that it comes near the limit without need. Overhead is the CPU of "
    "all handlers, and of page workers the share that a stopwatch finds, on the short scan's pages, to be neither "
    "making pictures nor in the engine."
)


def measure(bench: Bench) -> Section:
    """Take each document through a runtime of its own."""

    def run(scan: Path, group: MemoryGroup | None = None) -> LongRun:
        """In a process of its own, that may join a control group."""
        result = bench.folder / "long-document.json"
        command = [sys.executable, "-m", "benchmarks.long_document_main", str(scan), str(result)]
        run_side_by_side([[*command, *([str(group.members)] if group else [])]], {})
        return TypeAdapter(LongRun).validate_json(result.read_bytes())

    short = run(bench.short_scan)
    scans = [run(path) for path in bench.long_scans[:-1]]
    with memory_group(_LIMIT_MB) as group:
        limited = _attempted(lambda: run(bench.long_scans[-1], group))
    scans.append(limited or run(bench.long_scans[-1]))
    runs = sorted([short, *scans], key=lambda run: run.pages)
    figures = [
        Figure(
            f"{scan.pages}-page scan: peak of a worker / {short.pages}-page scan's",
            scan.worker_peak_mb / short.worker_peak_mb,
            "",
            target=_GROWTH,
        )
        for scan in scans
    ]
    figures += [
        Figure(f"{scan.pages}-page scan: fullest function", scan.fullest, "of its memory", target=_WITHIN)
        for scan in scans
    ]
    stages = _stages_of(bench.short_scan)
    figures += [_overhead(scan, stages) for scan in scans]
    figures.append(
        Figure(
            "one page worker and its function, largest of all",
            max(run.worker_peak_mb + run.handler_peak_mb for run in runs),
            "MB",
            target=_ONE_WORKER_MB,
        )
    )
    figures += _within_limit(scans[-1], group, done=limited is not None)
    columns = (
        "Document",
        "Pages",
        "Tier",
        "Worker, MB",
        "Handler, MB",
        "Functions, MB",
        "CPU, s",
        "Handlers, s",
        "Wall, s",
    )
    return Section(
        "long_documents", "Long scans", _METHOD, tuple(figures), columns, tuple(map(_row, runs)), (_chart(runs),)
    )


def _overhead(scan: LongRun, stages: Stages) -> Figure:
    seconds = stages.overhead_s(scan.handlers_s, scan.pipeline_s - scan.handlers_s)
    return Figure(f"{scan.pages}-page scan: {OVERHEAD}", seconds / scan.pipeline_s, "of CPU", target=MOST_OVERHEAD)


def _stages_of(scan: Path) -> Stages:
    """What reading a scan is made of."""
    stages = Stages()
    engine = TimedEngine(make_engine("tesserocr"), stages)
    with open_source(scan) as source:
        for number in range(1, source.page_count + 1):
            read_timed(source, number, engine)
    return stages


def _attempted(run: Callable[[], LongRun]) -> LongRun | None:
    """None where it cannot be done within its memory."""
    try:
        return run()
    except BenchmarkError:
        return None


def _within_limit(run: LongRun, group: MemoryGroup | None, *, done: bool) -> list[Figure]:
    if group is None:
        return []
    name = f"{run.pages}-page scan, whole runtime within {_LIMIT_MB:,} MB"
    return [
        Figure(f"{name}: completed", float(done), "", target=Target(at_least=1)),
        Figure(f"{name}: processes that the kernel had to end", float(group.killed), "", target=Target(at_most=0)),
        Figure(f"{name}: peak, cached files included", group.peak_mb, "MB"),
    ]


def _chart(runs: Sequence[LongRun]) -> Chart:
    return Chart(
        "memory",
        "Memory over the length of a scan",
        Kind.LINES,
        "Pages of the scan",
        "MB",
        tuple(run.pages for run in runs),
        {
            "largest page worker": [run.worker_peak_mb for run in runs],
            "largest handler process": [run.handler_peak_mb for run in runs],
        },
    )


def _row(run: LongRun) -> tuple[str | float | int, ...]:
    functions = ", ".join(
        f"{name} {used:.0f}/{given}"
        for name, (used, given) in sorted(run.function_peaks_mb.items())
        if name.startswith(("intake", "ocr", "assemble"))
    )
    return (
        run.name,
        run.pages,
        run.tier,
        run.worker_peak_mb,
        run.handler_peak_mb,
        functions,
        run.pipeline_s,
        run.handlers_s,
        run.wall_s,
    )
