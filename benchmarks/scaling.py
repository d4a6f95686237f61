"""Pages a second with one page worker, two, and so on: the product's own page workers, which save nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import psutil
import pymupdf

from benchmarks.figures import Chart, Figure, Kind, Section, Target, of_runs
from benchmarks.material import Bench, excerpt, printed_pages
from benchmarks.peers.commands import run_side_by_side
from docpipe.domain.tiers import TIERS
from docpipe.ports import ReadOptions
from docpipe.workers import PageWorkers

_PAGES: Final = 60
"""A chunk of two workers: at its end one of them waits for the other, which weighs more in fewer pages."""

_QUICK_PAGES: Final = 6
_ROUNDS: Final = 2
_QUICK_ROUNDS: Final = 1
_TWO_OF_ONE: Final = Target(at_least=1.9)
_METHOD: Final = (
    "The same pages of a long scan are read by the product's page workers, warm, with as many workers as the machine "
    "has CPUs and with fewer, in turn, the order reversed from round to round. The machine's own limit is told beside "
    "it: how many times the work of one process as many processes of the tesseract program get done side by side on "
    "the same page. Two CPUs of a virtual machine are often one core's two threads, and busy neighbours take from both."
)


@dataclass(frozen=True, slots=True)
class _Run:
    workers: int
    wall_s: float
    cpu_s: float


def measure(bench: Bench) -> Section:
    """Read with one worker, two, …, in several rounds."""
    count = len(os.sched_getaffinity(0))
    scan = bench.long_scans[0]
    pages = printed_pages(scan, _QUICK_PAGES if bench.quick else _PAGES)
    document = excerpt(scan, pages, bench.folder)
    runs: list[_Run] = []
    limits: list[float] = []
    for number in range(_QUICK_ROUNDS if bench.quick else _ROUNDS):
        order = range(1, count + 1)
        runs += [_read(document, len(pages), workers) for workers in (order if number % 2 == 0 else reversed(order))]
        limits.append(_limit(document, bench.folder, count))
    return _section(runs, limits, len(pages), count)


def _read(document: Path, page_count: int, workers: int) -> _Run:
    reader = PageWorkers(workers=workers, engine="tesserocr", memory_mb=TIERS[-1].memory_mb)
    try:
        # Each worker has loaded its model before the clock starts.
        _pages(reader, document, range(1, 2 * workers + 1))
        began, used = time.monotonic(), _cpu_seconds()
        _pages(reader, document, range(1, page_count + 1))
        return _Run(workers, time.monotonic() - began, _cpu_seconds() - used)
    finally:
        reader.close()


def _pages(reader: PageWorkers, document: Path, numbers: Sequence[int]) -> None:
    for _ in reader.read(document, numbers, ReadOptions(), may_start=lambda _: True, on_tick=lambda: None):
        pass


def _cpu_seconds() -> float:
    """Of this process and of its children that live."""
    me = psutil.Process()
    times = [process.cpu_times() for process in (me, *me.children())]
    return sum(each.user + each.system for each in times)


def _limit(document: Path, folder: Path, count: int) -> float:
    """How many times one process's work ``count`` processes get done at once, on this machine, at this time."""
    picture = folder / "limit.png"
    if not picture.exists():
        with pymupdf.open(document) as pages:
            pages[0].get_pixmap(dpi=300, colorspace=pymupdf.csGRAY).save(picture)
    command = ["sh", "-c", f"for _ in 1 2 3; do tesseract '{picture}' - --psm 3; done"]
    environment = {"OMP_THREAD_LIMIT": "1"}
    _, alone_s = run_side_by_side([command], environment)
    _, together_s = run_side_by_side([command] * count, environment)
    return count * alone_s / together_s


def _section(runs: Sequence[_Run], limits: Sequence[float], page_count: int, count: int) -> Section:
    def rates(workers: int) -> list[float]:
        return [page_count / run.wall_s for run in runs if run.workers == workers]

    figures: list[Figure] = []
    for workers in range(2, count + 1):
        ratios = [many / one for many, one in zip(rates(workers), rates(1), strict=True)]
        target = _TWO_OF_ONE if workers == 2 else None
        figures.append(of_runs(f"pages a second: {workers} workers / 1", ratios, "", target))
        cpu = [next_run.cpu_s / run.cpu_s for next_run, run in zip(_of(runs, workers), _of(runs, 1), strict=True)]
        figures.append(of_runs(f"CPU a page: {workers} workers / 1", cpu, ""))
    figures.append(of_runs(f"the machine's own limit: {count} tesseract processes / 1", limits, ""))
    places = tuple(range(1, count + 1))
    chart = Chart(
        "scaling",
        "Pages a second by page workers",
        Kind.LINES,
        "Page workers",
        "Pages a second, median",
        places,
        {
            "Docpipe's page workers": [median(rates(workers)) for workers in places],
            "as many times one": [workers * median(rates(1)) for workers in places],
        },
    )
    columns = ("Workers", "Pages", "Wall, s", "CPU, s", "Pages a second")
    rows = tuple((run.workers, page_count, run.wall_s, run.cpu_s, page_count / run.wall_s) for run in runs)
    return Section("scaling", "Scaling over page workers", _METHOD, tuple(figures), columns, rows, (chart,))


def _of(runs: Sequence[_Run], workers: int) -> list[_Run]:
    return [run for run in runs if run.workers == workers]
