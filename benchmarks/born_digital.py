"""Documents that never were on paper: their text layer, beside what recognising the same pages would take."""

from __future__ import annotations

from typing import Final

from benchmarks.documents import desk
from benchmarks.figures import Chart, Figure, Kind, Section, Target, of_runs
from benchmarks.material import Bench, excerpt, spread_over
from benchmarks.stages import Stages, TimedEngine, read_timed
from docpipe.ocr import make_engine
from docpipe.ports import ReadOptions
from docpipe.reading import open_source

_PAGES: Final = 16
_QUICK_PAGES: Final = 4
_CHEAPER: Final = Target(at_least=30.0)
_SECONDS: Final = Target(at_most=60.0)
"""What "in seconds" is taken for at most, for 400 pages."""

_METHOD: Final = (
    "The whole document goes through a runtime that was started for it: from upload to result, with page images, "
    "words with boxes, text and searchable PDF. Then some of its pages, evenly spread, are read in this process, "
    "first as they are, then as if they had no text layer (force_ocr). The ratio of the two is "
    "that of reading alone; the other one holds the CPU of the whole pipeline, handlers and cold starts included, "
    "against recognition alone, without any pipeline."
)


def measure(bench: Bench) -> Section:
    """Take the document through a runtime, and read some of its pages both ways."""
    with desk() as runtime:
        passage = runtime.process(bench.born_digital)
    count = passage.documents[0].page_count or 0
    pages = spread_over(bench.born_digital, _QUICK_PAGES if bench.quick else _PAGES)
    layer_s, ocr_s = _both_ways(bench, pages)
    pipeline_s = passage.usage.pipeline_s / count
    recognised = of_runs("CPU a page: recognised", ocr_s, "s")
    figures = (
        of_runs(
            "reading: recognised / text layer, CPU",
            [ocr / layer for ocr, layer in zip(ocr_s, layer_s, strict=True)],
            "",
            _CHEAPER,
        ),
        Figure("recognised / the whole pipeline on text layers, CPU", recognised.value / pipeline_s, ""),
        Figure(f"{count} pages: from upload to result", passage.wall_s, "s", target=_SECONDS),
        of_runs("CPU a page: text layer, reading", layer_s, "s"),
        recognised,
        Figure("CPU a page: the whole pipeline", pipeline_s, "s"),
        Figure("CPU a page: page workers", passage.usage.workers_s / count, "s"),
        Figure("CPU a page: handlers", passage.usage.handlers_s / count, "s"),
    )
    chart = Chart(
        "born-digital",
        "A page with a text layer, and the same page recognised",
        Kind.BARS,
        "How the page is read",
        "CPU seconds a page, median",
        ("text layer, reading", "text layer, whole pipeline", "recognised, reading"),
        {"Docpipe": [figures[3].value, pipeline_s, recognised.value]},
    )
    columns = ("Page", "Text layer, s", "Recognised, s")
    rows = tuple(zip(pages, layer_s, ocr_s, strict=True))
    return Section("born_digital", "Born-digital documents", _METHOD, figures, columns, rows, (chart,))


def _both_ways(bench: Bench, pages: list[int]) -> tuple[list[float], list[float]]:
    engine = TimedEngine(make_engine("tesserocr"), Stages())
    layer_s: list[float] = []
    ocr_s: list[float] = []
    with open_source(excerpt(bench.born_digital, pages, bench.folder)) as source:
        # Fonts and the model are loaded before the clock starts.
        read_timed(source, 1, engine, ReadOptions(force_ocr=True))
        read_timed(source, 1, engine)
        # One way after the other, as a worker reads a document: what MuPDF keeps for one page serves the next.
        for seconds, force in ((layer_s, False), (ocr_s, True)):
            for number in range(1, len(pages) + 1):
                engine.stages = Stages()
                read_timed(source, number, engine, ReadOptions(force_ocr=force))
                seconds.append(engine.stages.total_s)
    return layer_s, ocr_s
