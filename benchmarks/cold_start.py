"""What the first page costs a new environment of the ocr function, beyond recognising it."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from benchmarks.figures import Chart, Kind, Section, Target, of_runs
from benchmarks.material import Bench, excerpt, printed_pages
from benchmarks.peers.commands import run_side_by_side
from benchmarks.stages import Stages, TimedEngine, read_timed
from docpipe.ocr import make_engine
from docpipe.ocr.tessdata import tessdata_folder
from docpipe.reading import open_source
from local.launch import launches_of
from local.topology import load_topology

_ROUNDS: Final = 5
_QUICK_ROUNDS: Final = 2
_FUNCTION: Final = "ocr-small"
_TARGET: Final = Target(at_most=1.0)
_METHOD: Final = (
    "A new process imports the handler and wires the function with the variables of the stack, as Lambda's runtime "
    "does, then has its page worker read the first page of a scan: worker process, libraries, language model, and "
    "the page's rendering and JPEG are part of it. From the CPU seconds of both processes those of the engine on that "
    "page are taken off, as a stopwatch found them on the same page in a warm process. Bytecode is compiled before, "
    "as it is in the image. Connections to S3, SQS and PostgreSQL are not part of it."
)


def measure(bench: Bench) -> Section:
    """Start a function anew several times."""
    page = excerpt(bench.long_scans[0], printed_pages(bench.long_scans[0], 1), bench.folder)
    rounds = _QUICK_ROUNDS if bench.quick else _ROUNDS
    recognition = [_recognition_s(page) for _ in range(rounds)]
    command = [sys.executable, "-m", "benchmarks.cold_start_main", str(page)]
    topology = load_topology()
    # This function alone: others refer to what only a whole runtime has.
    launch = launches_of(
        topology.model_copy(update={"functions": {_FUNCTION: topology.functions[_FUNCTION]}}),
        database_url="postgresql://nobody@localhost/nothing",
        endpoint_url="http://localhost:1",
        logs=bench.folder,
        temporary=bench.folder,
    )[_FUNCTION]
    environment = {**launch.environment("bench", bench.folder), "TESSDATA_PREFIX": str(tessdata_folder())}
    starts: list[dict[str, Any]] = []
    # The first one compiles bytecode.
    for _ in range(rounds + 1):
        [run], _ = run_side_by_side([command], environment)
        starts.append(json.loads(run.output.splitlines()[-1]))
    return _section(starts[1:], recognition)


def _recognition_s(page: Any) -> float:
    """CPU seconds of the engine on the page, warm."""
    engine = TimedEngine(make_engine("tesserocr"), Stages())
    with open_source(page) as source:
        read_timed(source, 1, engine)
        warm = engine.stages = Stages()
        read_timed(source, 1, engine)
    return warm.recognise_s + warm.orient_s


def _section(starts: list[dict[str, float]], recognition: list[float]) -> Section:
    engine_s = sorted(recognition)[len(recognition) // 2]
    totals = [start["function_s"] + start["worker_s"] - engine_s for start in starts]
    figures = (
        of_runs("cold start: all CPU up to the first page, less recognition", totals, "s", _TARGET),
        of_runs("the function's process: imports and wiring", [start["function_s"] for start in starts], "s"),
        of_runs("of it, imports", [start["import_s"] for start in starts], "s"),
        of_runs(
            "the page worker: process, libraries, model, first page",
            [start["worker_s"] - engine_s for start in starts],
            "s",
        ),
        of_runs("recognition of that page, taken off", recognition, "s"),
    )
    chart = Chart(
        "cold-start",
        "Processor time of a cold start, without recognition",
        Kind.BARS,
        "Part",
        "CPU seconds, median",
        ("handler imports", "wiring", "page worker and first page"),
        {
            "Docpipe": [
                of_runs("", [start["import_s"] for start in starts], "").value,
                of_runs("", [start["function_s"] - start["import_s"] for start in starts], "").value,
                of_runs("", [start["worker_s"] - engine_s for start in starts], "").value,
            ]
        },
    )
    columns = ("Start", "Imports, s", "Function, s", "Worker, s", "All less recognition, s")
    rows = tuple(
        (number, start["import_s"], start["function_s"], start["worker_s"], total)
        for number, (start, total) in enumerate(zip(starts, totals, strict=True), 1)
    )
    return Section("cold_start", "Cold start", _METHOD, figures, columns, rows, (chart,))
