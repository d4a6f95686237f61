"""The CPU of the whole runtime on scans, beside that of libtesseract alone on the same bitmaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.documents import Desk, desk
from benchmarks.figures import Figure, Section, Target, of_runs
from benchmarks.ledger import Role, Usage
from benchmarks.material import Bench, excerpt, printed_pages
from benchmarks.raw_tesseract import RawTesseract
from benchmarks.stages import Stages, read_timed
from docpipe.domain.resolution import plausible_dpi
from docpipe.ocr import make_engine
from docpipe.ports import Bitmap, OcrEngine
from docpipe.reading import open_source

_BLOCKS, _BLOCK_PAGES = 6, 12
_QUICK_BLOCKS, _QUICK_BLOCK_PAGES = 2, 4
_RUNTIME_SHARE: Final = Target(at_least=0.9)
_OVERHEAD: Final = Target(at_most=0.05)
_METHOD: Final = (
    "Blocks of pages with print, spread over the scans, are recognised three ways in turn, the order reversed "
    "from block to block: by libtesseract alone in one warm process on the bitmaps that the product draws; by the "
    "product's reading in this process, with a stopwatch on its stages; and as a document through the warm local "
    "runtime, of which the processor time of all handlers and page workers counts, from the API to assembly. "
    "Emulator and PostgreSQL, services on AWS, are told apart. Overhead is what is neither rendering nor spent "
    "in the OCR engine: all handlers, and that part of the page workers that the stopwatch found to be neither."
)


@dataclass(slots=True)
class _Block:
    """CPU seconds of one block of pages."""

    path: Path
    pages: int
    raw_s: float = 0.0
    stages: Stages = field(default_factory=Stages)
    usage: Usage = field(default_factory=Usage)

    @property
    def runtime_share(self) -> float:
        """Pages per CPU second of the runtime, over those of libtesseract alone."""
        return self.raw_s / self.usage.pipeline_s

    @property
    def overhead(self) -> float:
        """Share of the runtime's CPU that neither renders nor recognises."""
        within_workers = self.stages.rest_s / self.stages.total_s * self.usage.workers_s
        return (self.usage.handlers_s + within_workers) / self.usage.pipeline_s


def measure(bench: Bench) -> Section:
    """Measure block by block."""
    blocks = _blocks(bench)
    raw, engine = RawTesseract(), make_engine("tesserocr")
    with desk() as runtime:
        # What is loaded once, by whichever way comes first, is to burden none of them.
        for step in _steps(raw, engine, runtime):
            step(_Block(blocks[0].path, blocks[0].pages))
        for number, block in enumerate(blocks):
            steps = _steps(raw, engine, runtime)
            for step in steps if number % 2 == 0 else reversed(steps):
                step(block)
    raw.close()
    return _section(blocks)


def _blocks(bench: Bench) -> list[_Block]:
    count, pages = (_QUICK_BLOCKS, _QUICK_BLOCK_PAGES) if bench.quick else (_BLOCKS, _BLOCK_PAGES)
    each = count // len(bench.long_scans)
    blocks = []
    for scan in bench.long_scans:
        printed = printed_pages(scan, each * pages)
        # Every so-manieth page rather than a run of them, so that blocks are alike.
        blocks += [_Block(excerpt(scan, printed[first::each], bench.folder), pages) for first in range(each)]
    return blocks


def _steps(raw: RawTesseract, engine: OcrEngine, runtime: Desk) -> list[Callable[[_Block], None]]:
    def alone(block: _Block) -> None:
        block.raw_s = sum(raw.cpu_seconds(bitmap) for bitmap in _bitmaps(block.path))

    def staged(block: _Block) -> None:
        with open_source(block.path) as source:
            for number in range(1, source.page_count + 1):
                read_timed(source, number, engine, block.stages)

    def whole(block: _Block) -> None:
        block.usage = runtime.process(block.path).usage

    return [alone, staged, whole]


def _bitmaps(path: Path) -> list[Bitmap]:
    """What the product draws of each page, grey."""
    bitmaps = []
    with open_source(path) as source:
        for number in range(1, source.page_count + 1):
            drawing = source.page(number).draw()
            gray = drawing.image.convert("L")
            dpi = plausible_dpi(drawing.dpi, max(gray.size))
            bitmaps.append(Bitmap(width=gray.width, height=gray.height, pixels=gray.tobytes(), dpi=dpi))
    return bitmaps


def _section(blocks: list[_Block]) -> Section:
    def per_page(name: str, seconds: Callable[[_Block], float]) -> Figure:
        return of_runs(f"CPU a page: {name}", [seconds(block) / block.pages for block in blocks], "s")

    figures = (
        of_runs(
            "whole runtime / libtesseract alone, pages per CPU second",
            [block.runtime_share for block in blocks],
            "",
            _RUNTIME_SHARE,
        ),
        of_runs("overhead: neither render nor engine", [block.overhead for block in blocks], "of CPU", _OVERHEAD),
        per_page("libtesseract alone", lambda block: block.raw_s),
        per_page("whole runtime", lambda block: block.usage.pipeline_s),
        per_page("handlers", lambda block: block.usage.handlers_s),
        per_page("page workers", lambda block: block.usage.workers_s),
        per_page("reading, render", lambda block: block.stages.render_s),
        per_page("reading, recognition", lambda block: block.stages.recognise_s),
        per_page("reading, orientation", lambda block: block.stages.orient_s),
        per_page("reading, rest", lambda block: block.stages.rest_s),
        of_runs("readings a page", [block.stages.readings / block.pages for block in blocks], ""),
        per_page("PostgreSQL", lambda block: block.usage.cpu_s[Role.POSTGRES]),
        per_page("AWS emulator", lambda block: block.usage.cpu_s[Role.EMULATOR]),
    )
    rows = tuple(
        (
            block.path.stem,
            block.pages,
            block.raw_s,
            block.stages.total_s,
            block.usage.workers_s,
            block.usage.handlers_s,
            block.runtime_share,
            block.overhead,
        )
        for block in blocks
    )
    columns = ("Block", "Pages", "Alone, s", "Reading, s", "Workers, s", "Handlers, s", "Ratio", "Overhead")
    return Section("recognition", "Recognition of scans", _METHOD, figures, columns, rows)
