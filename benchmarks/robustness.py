"""Every file of a hostile set through the product's own readers: what became of it, and what it cost.

Run ``python -m benchmarks.robustness FOLDER``, where ``FOLDER/manifest.csv`` names each file with the outcome that
is expected of it: ``ok`` and a number of pages; ``ok_or_reject`` and a range; ``partial``, of whose pages some
may fail; or ``reject:`` and why. Each file is admitted, read and written as a searchable PDF by the code that the
functions run, under the memory that the smallest of them has. It prints what differs, and writes a JSON line a file.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Final

# Tesseract reads it when it is loaded, which the imports below do.
os.environ["OMP_THREAD_LIMIT"] = "1"

import psutil
import pymupdf
import typer

from docpipe.domain.errors import DocumentError
from docpipe.domain.page import PageReading, PageSource, PageText
from docpipe.domain.tiers import MAX_PAGES, tier_for
from docpipe.pdf.searchable import PdfWriter
from docpipe.ports import ReadOptions
from docpipe.workers import PageWorkers

MEMORY_MB: Final = 1_769
"""Of the smallest function that reads pages."""

_REASONS: Final[dict[str, frozenset[str]]] = {
    "unreadable": frozenset({"file_unreadable", "format_unsupported", "no_pages"}),
    "password": frozenset({"file_encrypted"}),
    "too_large": frozenset({"file_too_complex", "file_too_large", "too_many_pages", "page_too_large"}),
    "empty": frozenset({"file_empty", "no_pages"}),
    "not_a_document": frozenset({"format_unsupported"}),
}
"""What a manifest calls a reason, with the codes that say so."""


@dataclass(slots=True)
class Passage:
    """What became of one file.

    Attributes:
        code: of its rejection, or None.
        page_count: pages counted.
        failed: codes of pages that could not be read, of those that were tried.
        searchable: pages of the searchable PDF, None when none was written.
        fault: an error that nobody translated: a defect.
        wall_s, worker_mb: time it took, and the most memory that a page worker held.
    """

    code: str | None = None
    page_count: int = 0
    read: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    searchable: int | None = None
    fault: str | None = None
    wall_s: float = 0.0
    worker_mb: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0


class Examiner:
    """Takes files through admission, reading and assembly."""

    def __init__(self, pages_a_file: int) -> None:
        self._workers = PageWorkers(workers=1, engine="tesserocr", memory_mb=MEMORY_MB)
        self._pages = pages_a_file

    def examine(self, path: Path) -> Passage:
        """Take one file through."""
        passage, began = Passage(bytes_in=path.stat().st_size), time.monotonic()
        _forget_peaks()
        try:
            self._pass(path, passage)
        except DocumentError as error:
            passage.code = error.code
        except Exception as error:  # noqa: BLE001 - whatever nobody translated is a finding
            passage.fault = f"{type(error).__name__}: {error}"
        passage.wall_s = round(time.monotonic() - began, 2)
        passage.worker_mb = _peak_mb()
        return passage

    def _pass(self, path: Path, passage: Passage) -> None:
        passage.page_count = self._workers.inspect(path).page_count
        tier_for(passage.page_count, max_pages=MAX_PAGES)
        with tempfile.TemporaryDirectory() as folder:
            texts = [self._kept(reading, Path(folder)) for reading in self._readings(path, passage)]
            result = Path(folder, "searchable.pdf")
            PdfWriter().write(
                path,
                iter(sorted(texts, key=lambda text: text.page_number)),
                image_of=lambda key: Path(key).read_bytes(),
                destination=result,
            )
            passage.bytes_out = result.stat().st_size
            with pymupdf.open(result) as document:
                passage.searchable = document.page_count

    def _readings(self, path: Path, passage: Passage) -> Iterator[PageReading]:
        numbers = range(1, min(self._pages, passage.page_count) + 1)
        options = ReadOptions(page_time_limit_s=60.0)
        for reading in self._workers.read(path, numbers, options, may_start=lambda _: True, on_tick=lambda: None):
            passage.read += 1
            if reading.source is PageSource.FAILED:
                passage.failed[reading.page_number] = reading.error_code or ""
            yield reading

    @staticmethod
    def _kept(reading: PageReading, folder: Path) -> PageText:
        image = folder / f"{reading.page_number}.jpg"
        image.write_bytes(reading.image)
        return PageText(
            page_number=reading.page_number,
            source=reading.source,
            text=reading.text,
            words=reading.words,
            rotation=reading.rotation,
            width=reading.width,
            height=reading.height,
            image_key=str(image) if reading.image else None,
        )


def difference(outcome: str, pages: str, passage: Passage) -> str | None:
    """What is other than expected, in words, or None."""
    if passage.fault:
        return f"error that nobody translated: {passage.fault}"
    if outcome.startswith("reject:"):
        return _not_rejected(_REASONS[outcome.removeprefix("reject:")], passage)
    if passage.code is not None:
        return None if outcome == "ok_or_reject" else f"rejected: {passage.code}"
    return _misread(outcome, pages, passage)


def _misread(outcome: str, pages: str, passage: Passage) -> str | None:
    least, _, most = pages.partition("-")
    low, high = int(least or 0), int(most or least or 0)
    if not (min(low, 1) if outcome == "ok_or_reject" else low) <= passage.page_count <= high:
        return f"{passage.page_count} pages instead of {pages}"
    if outcome == "ok" and passage.failed:
        return f"failed pages: {sorted(set(passage.failed.values()))}"
    if passage.searchable is not None and passage.read == passage.page_count != passage.searchable:
        return f"searchable PDF of {passage.searchable} pages instead of {passage.page_count}"
    return None


def _not_rejected(codes: frozenset[str], passage: Passage) -> str | None:
    if passage.code in codes or (passage.failed and set(passage.failed.values()) <= codes):
        return None
    return f"rejected: {passage.code}" if passage.code else f"read, {passage.page_count} pages"


def _workers() -> Iterator[psutil.Process]:
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            if "docpipe.workers.main" in child.cmdline():
                yield child


def _forget_peaks() -> None:
    for worker in _workers():
        with suppress(OSError):
            Path(f"/proc/{worker.pid}/clear_refs").write_text("5")


def _peak_mb() -> float:
    peaks = [0]
    for worker in _workers():
        with suppress(OSError, StopIteration):
            status = Path(f"/proc/{worker.pid}/status").read_text()
            peaks.append(int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]))
    return round(max(peaks) / 1024, 1)


def main(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option(help="Where a JSON line a file is written.")] = Path("out/robustness.jsonl"),
    kinds: Annotated[list[str] | None, typer.Option("--type", help="Only files of this type; may repeat.")] = None,
    pages: Annotated[int, typer.Option(help="Pages read of a file, at most.")] = 3,
) -> None:
    """Examine all files of a set. Exit status 1 when something differs."""
    rows = list(csv.DictReader((folder / "manifest.csv").open(newline="")))
    out.parent.mkdir(parents=True, exist_ok=True)
    examiner, differing = Examiner(pages), 0
    with out.open("w") as record:
        for row in rows:
            if kinds and row["type"] not in kinds:
                continue
            passage = examiner.examine(folder / row["file"])
            found = difference(row["outcome"], row["pages"], passage)
            record.write(json.dumps({"file": row["file"], "difference": found, **asdict(passage)}) + "\n")
            record.flush()
            if found:
                differing += 1
                typer.echo(f"{row['file']} | {row['outcome']} | {row['pages']} | {found}")
    typer.echo(f"{differing} of {len(rows)} differ")
    raise typer.Exit(1 if differing else 0)


if __name__ == "__main__":
    typer.run(main)
