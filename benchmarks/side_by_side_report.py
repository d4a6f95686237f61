"""Figures, charts and tables of the product beside its peers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.figures import Chart, Figure, Kind, Section, Target, of_runs, ratio_of_sums
from benchmarks.ledger import Role
from benchmarks.side_by_side_results import (
    BITMAPS,
    DOCPIPE,
    OCRMYPDF,
    PICTURES,
    PYTESSERACT,
    TURNED,
    Lap,
    Standing,
    sources_of,
    standing,
)
from benchmarks.stages import MOST_OVERHEAD, OVERHEAD

_OF_OCRMYPDF: Final = Target(at_most=0.60)
_OF_RAW: Final = Target(at_most=1.10)
_NO_WORSE: Final = Target(at_least=0.0)
_NO_MORE_ERRORS: Final = Target(at_most=0.0)

_METHOD: Final = (
    "Pages are put together into image-only PDFs of up to nine pages, blocks of as many PDFs as there are CPUs. Each "
    "block is read by all readers in turn, in another order from block to block, each PDF by one single-threaded "
    "reader (OMP_THREAD_LIMIT=1), with the same language data (Debian's tessdata_fast eng). Docpipe makes everything "
    "it makes: page images, text, words with boxes and confidence in PostgreSQL, searchable PDF; what counts is the "
    "CPU of all handlers and page workers of a warm local runtime, from the API to assembly (emulator and PostgreSQL, "
    "services on AWS, stand apart). OCRmyPDF is asked for its least work (--force-ocr --optimize 0 --output-type pdf; "
    "its defaults take more and read the same text from such PDFs), and its text is its sidecar. pytesseract reads "
    "pages drawn by PyMuPDF at 300 dpi. libtesseract alone, warm, gets the page images that Docpipe keeps, upright, "
    "coarse ones half as large again, with Tesseract's own defaults, and once more the very bitmaps that Docpipe made "
    "of them and whose text it kept, with its settings; its time holds neither rendering nor writing. F1 is of runs of "
    "letters and digits, in whatever order; CER and WER only of pages whose order of reading is known."
)


def report(laps: Sequence[Lap]) -> Section:
    """The section."""
    readers = [DOCPIPE, OCRMYPDF, TURNED, PYTESSERACT, PICTURES, BITMAPS]
    table = [
        standing([lap for lap in laps if lap.alone(reader) or reader in lap.outcomes], reader, source)
        for source in (*sources_of(laps), None)
        for reader in readers
    ]
    table = [entry for entry in table if entry.pages and not (entry.source == "all" and entry.reader == TURNED)]
    columns = ("Source", "Reader", "Pages", "CPU s/page", "Wall s/page", "Peak MB", "F1", "CER", "WER", "PDF KB/page")
    return Section(
        "side_by_side",
        "Side by side",
        _METHOD,
        (*_costs(laps), *_accuracy(table), *_parts(laps)),
        columns,
        tuple(_row(entry) for entry in table),
        _charts(laps, table),
    )


def _costs(laps: Sequence[Lap]) -> list[Figure]:
    known = [lap for lap in laps if lap.block.truths[0] is not None]
    scans = [lap for lap in laps if lap not in known]
    everything = [sum(lap.usage.cpu_s.values()) for lap in known]
    return [
        *_beside_peers("", known),
        ratio_of_sums(
            "CPU a page: Docpipe, emulator and PostgreSQL counted / OCRmyPDF",
            everything,
            [lap.outcomes[OCRMYPDF].cpu_s for lap in known],
        ),
        *(_beside_peers("long scan: ", scans) if scans else ()),
    ]


def _beside_peers(of_what: str, laps: Sequence[Lap]) -> list[Figure]:
    ours = [lap.usage.pipeline_s for lap in laps]

    def beside(name: str, theirs: Sequence[float], target: Target | None = None) -> Figure:
        return ratio_of_sums(f"{of_what}CPU a page: Docpipe / {name}", ours, theirs, "", target)

    return [
        beside(OCRMYPDF, [lap.outcomes[OCRMYPDF].cpu_s for lap in laps], _OF_OCRMYPDF),
        beside(PYTESSERACT, [lap.outcomes[PYTESSERACT].cpu_s for lap in laps]),
        beside(PICTURES, [lap.limit.on_pictures.cpu_s for lap in laps], _OF_RAW),
        beside(BITMAPS, [lap.limit.on_bitmaps.cpu_s for lap in laps]),
        ratio_of_sums(
            f"{of_what}{OVERHEAD}",
            [lap.overhead_s for lap in laps],
            ours,
            "of CPU",
            MOST_OVERHEAD,
        ),
    ]


def _accuracy(table: Sequence[Standing]) -> list[Figure]:
    figures = []
    for mine in table:
        if mine.reader != DOCPIPE or not mine.score.words:
            continue
        peer = next(entry for entry in table if entry.reader == OCRMYPDF and entry.source == mine.source)
        figures.append(
            Figure(f"{mine.source}: F1 less OCRmyPDF's", mine.score.f1 - peer.score.f1, "", target=_NO_WORSE)
        )
        if mine.ordered.words:
            figures.append(
                Figure(
                    f"{mine.source}: CER less OCRmyPDF's",
                    mine.ordered.cer - peer.ordered.cer,
                    "",
                    target=_NO_MORE_ERRORS,
                )
            )
    return figures


def _parts(laps: Sequence[Lap]) -> list[Figure]:
    def per_page(name: str, seconds: Callable[[Lap], float]) -> Figure:
        return of_runs(f"CPU a page: {name}", [seconds(lap) / lap.block.page_count for lap in laps], "s")

    return [
        per_page("Docpipe, page workers", lambda lap: lap.usage.workers_s),
        per_page("Docpipe, handlers", lambda lap: lap.usage.handlers_s),
        per_page("PostgreSQL", lambda lap: lap.usage.cpu_s[Role.POSTGRES]),
        per_page("AWS emulator", lambda lap: lap.usage.cpu_s[Role.EMULATOR]),
        per_page("reading: rendering", lambda lap: lap.limit.stages.render_s),
        per_page("reading: recognition", lambda lap: lap.limit.stages.recognise_s),
        per_page("reading: orientation", lambda lap: lap.limit.stages.orient_s),
        per_page("reading: the rest", lambda lap: lap.limit.stages.rest_s),
        of_runs("readings a page", [lap.limit.stages.readings / lap.block.page_count for lap in laps], ""),
    ]


def _row(entry: Standing) -> tuple[str | float | int, ...]:
    known, ordered = entry.score.words > 0, entry.ordered.words > 0
    return (
        entry.source,
        entry.reader,
        entry.pages,
        entry.cpu_s / entry.pages,
        entry.wall_s / entry.pages if entry.wall_s else "",
        round(entry.peak_mb) if entry.peak_mb else "",
        entry.score.f1 if known else "",
        entry.ordered.cer if ordered else "",
        entry.ordered.wer if ordered else "",
        round(entry.bytes_out / entry.pages / 1_000) if entry.bytes_out else "",
    )


def _charts(laps: Sequence[Lap], table: Sequence[Standing]) -> tuple[Chart, ...]:
    sources = sources_of(laps)
    known = [entry.source for entry in table if entry.reader == DOCPIPE and entry.score.words]
    ordered = [entry.source for entry in table if entry.reader == DOCPIPE and entry.ordered.words]
    beside = [DOCPIPE, OCRMYPDF, TURNED, PYTESSERACT]

    def heights(
        places: Sequence[str], names: Sequence[str], height: Callable[[Standing], float]
    ) -> dict[str, list[float | None]]:
        found = {(entry.source, entry.reader): height(entry) for entry in table}
        return {name: [found.get((place, name)) for place in places] for name in names}

    def by_source(seconds: Callable[[Lap], float]) -> list[float | None]:
        groups = [[lap for lap in laps if lap.block.source == source] for source in sources]
        return [sum(map(seconds, group)) / sum(lap.block.page_count for lap in group) for group in groups]

    def of_workers(lap: Lap, seconds: float) -> float:
        return lap.usage.workers_s * seconds / lap.limit.stages.total_s

    return (
        Chart(
            "cpu-per-page",
            "Processor time a page",
            Kind.BARS,
            "Source of the pages",
            "CPU seconds a page",
            tuple(sources),
            heights(sources, [*beside, PICTURES, BITMAPS], lambda entry: entry.cpu_s / entry.pages),
        ),
        Chart(
            "words-missed",
            "Words missed or invented: 1 − F1",
            Kind.BARS,
            "Source of the pages",
            "1 − F1 of words (less is better)",
            tuple(known),
            heights(known, beside, lambda entry: 1 - entry.score.f1),
        ),
        Chart(
            "character-errors",
            "Character error rate, where the order of reading is known",
            Kind.BARS,
            "Source of the pages",
            "Character error rate (less is better)",
            tuple(ordered),
            heights(ordered, beside, lambda entry: entry.ordered.cer),
        ),
        Chart(
            "where-time-goes",
            "Where Docpipe's processor time goes",
            Kind.STACK,
            "Source of the pages",
            "CPU seconds a page",
            tuple(sources),
            {
                "recognition": by_source(lambda lap: of_workers(lap, lap.limit.stages.recognise_s)),
                "orientation": by_source(lambda lap: of_workers(lap, lap.limit.stages.orient_s)),
                "rendering": by_source(lambda lap: of_workers(lap, lap.limit.stages.render_s)),
                "rest of reading": by_source(lambda lap: of_workers(lap, lap.limit.stages.rest_s)),
                "handlers": by_source(lambda lap: lap.usage.handlers_s),
            },
        ),
    )
