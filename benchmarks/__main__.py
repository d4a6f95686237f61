"""The command ``python -m benchmarks``; ``make bench`` calls it."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

# Tesseract reads it when it is loaded, which the imports below do.
os.environ["OMP_THREAD_LIMIT"] = "1"

import typer
from rich.console import Console
from rich.markdown import Markdown

from benchmarks import born_digital, cold_start, long_documents, scaling, side_by_side, threads
from benchmarks.documents import BenchmarkError
from benchmarks.figures import Section
from benchmarks.machine import describe
from benchmarks.material import Bench, gather
from benchmarks.report import Results
from local.errors import LocalRuntimeError
from local.processes import PROJECT_ROOT


class Measurement(StrEnum):
    """What can be measured."""

    SIDE_BY_SIDE = "side_by_side"
    SCALING = "scaling"
    LONG_DOCUMENTS = "long_documents"
    BORN_DIGITAL = "born_digital"
    COLD_START = "cold_start"
    THREADS = "threads"


_MEASURES: Final[dict[Measurement, Callable[[Bench], Section]]] = {
    Measurement.SIDE_BY_SIDE: side_by_side.measure,
    Measurement.SCALING: scaling.measure,
    Measurement.LONG_DOCUMENTS: long_documents.measure,
    Measurement.BORN_DIGITAL: born_digital.measure,
    Measurement.COLD_START: cold_start.measure,
    Measurement.THREADS: threads.measure,
}


def main(
    corpus: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of documents; without it, made ones.")
    ] = None,
    quick: Annotated[bool, typer.Option(help="Fewer pages, rougher figures.")] = False,
    only: Annotated[
        list[Measurement] | None, typer.Option(help="Measure this alone, and keep the rest; may be given again.")
    ] = None,
    publish: Annotated[bool, typer.Option(help="Put the report into docs/performance.")] = False,
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder of the results.")] = PROJECT_ROOT / "out" / "bench",
) -> None:
    """Measure what the pipeline costs. Exit status 1 when it cannot be measured; a missed target is a result."""
    screen = Console()
    results = Results(out, list(Measurement))
    try:
        bench = gather(corpus, out / "material", quick=quick)
        if not only:
            results.clear()
        text = ""
        for name in only or list(Measurement):
            screen.print(f"Measuring: {name.replace('_', ' ')} ...", style="dim")
            about = {**describe(), "documents": bench.source, "quick": str(quick).lower()}
            results.add(about, _MEASURES[name](bench))
            text = results.write()
    except (BenchmarkError, LocalRuntimeError) as error:
        typer.echo(f"The benchmark stopped: {error}", err=True)
        raise typer.Exit(1) from error
    screen.print(Markdown(text))
    screen.print(f"Written to {results.publish() if publish else out}", style="dim")


if __name__ == "__main__":
    typer.run(main)
