"""The documents to measure with: those of a corpus when one is named, else some made of sample pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import pymupdf

from benchmarks.documents import BenchmarkError
from docpipe.reading import open_source
from docpipe.reading.blank import is_blank
from local.samples import SHEETS, make_samples
from local.samples.sheets import Look

T = TypeVar("T")
_SCANS: Final = ("scan_142p.pdf", "scan_520p.pdf")
_BORN_DIGITAL: Final = "born_400p.pdf"
_QUICK_PAGES: Final = {"scan_142p.pdf": 24, "scan_520p.pdf": 40, _BORN_DIGITAL: 60}
_PAGES: Final = {"scan_142p.pdf": 142, "scan_520p.pdf": 520, _BORN_DIGITAL: 400}
_MIDDLE_PAGES: Final = 300
_QUICK_MIDDLE_PAGES: Final = 30
_SHORT_PAGES: Final = 20
_QUICK_SHORT_PAGES: Final = 6


@dataclass(frozen=True, slots=True)
class Bench:
    """What a measurement works with.

    Attributes:
        short_scan: the scan that the memory of longer ones is held against.
        long_scans: longer scans of the same kind of pages.
        born_digital: a document whose text layer is good.
        accuracy: folder of documents with known text, or None for made ones.
        folder: for files made on the way.
        quick: whether a rough figure soon is wanted.
        source: where the documents come from, for the report.
    """

    short_scan: Path
    long_scans: tuple[Path, ...]
    born_digital: Path
    accuracy: Path | None
    folder: Path
    quick: bool
    source: str


def gather(corpus: Path | None, folder: Path, *, quick: bool) -> Bench:
    """Find or make the documents.

    Args:
        corpus: folder in which ``long`` holds long documents, and ``accuracy`` those with known text; or None
            to make some.
        folder: where documents are made.

    Raises:
        BenchmarkError: the corpus lacks a document.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = (*_SCANS, _BORN_DIGITAL)
    if corpus is not None:
        found = {name: corpus / "long" / name for name in names}
        missing = [name for name, path in found.items() if not path.is_file()]
        if missing:
            raise BenchmarkError(f"{corpus / 'long'} lacks {', '.join(missing)}. Name another corpus, or none.")
        if quick:
            found = {name: excerpt(path, spread_over(path, _QUICK_PAGES[name]), folder) for name, path in found.items()}
    else:
        found = _made(folder, _QUICK_PAGES if quick else _PAGES)
    shorter, longest = (found[name] for name in _SCANS)
    middle = excerpt(longest, spread_over(longest, _QUICK_MIDDLE_PAGES if quick else _MIDDLE_PAGES), folder)
    scans = (shorter, middle, longest)
    short = excerpt(scans[-1], _fair_sample(scans[-1], _QUICK_SHORT_PAGES if quick else _SHORT_PAGES), folder)
    accuracy = corpus / "accuracy" if corpus is not None else None
    source = "pages of a corpus of real documents" if corpus else "sample pages made by the project"
    return Bench(short, scans, found[_BORN_DIGITAL], accuracy, folder, quick, source)


def spread_over(path: Path, count: int) -> list[int]:
    """Numbers of ``count`` pages, evenly spread over a PDF, or of all when it has no more."""
    with pymupdf.open(path) as document:
        return spread(range(1, document.page_count + 1), count)


def spread(items: Sequence[T], count: int) -> list[T]:
    """So many of them, evenly spread and in order, or all when there are no more."""
    total = len(items)
    return [items[total * index // count] for index in range(count)] if count < total else list(items)


def _fair_sample(path: Path, count: int) -> list[int]:
    """Pages spread over a PDF, its largest picture among them: memory follows the largest page, not their number."""
    with pymupdf.open(path) as document:
        sizes = [_samples(page) for page in document]
    largest = sizes.index(max(sizes)) + 1
    return sorted({*spread_over(path, count - 1), largest})


def _samples(page: pymupdf.Page) -> int:
    """Samples of all images of a page, once decoded; a mask is an image as well."""
    return sum(
        info[2] * info[3] * (2 if info[1] else 1) * (1 if info[5] == "DeviceGray" else 3)
        for info in page.get_images(full=True)
    )


def excerpt(path: Path, page_numbers: Sequence[int], folder: Path) -> Path:
    """A PDF of some pages of another, as they are.

    Args:
        page_numbers: from 1.
        folder: where it is written.
    """
    target = folder / f"{path.stem}-{len(page_numbers)}-from-{page_numbers[0]}.pdf"
    with pymupdf.open(path) as document:
        document.select([number - 1 for number in page_numbers])
        document.save(target, garbage=3)
    return target


def printed_pages(path: Path, count: int) -> list[int]:
    """Numbers of ``count`` pages with something on them, spread over a scan: blank ones are not recognised."""
    with open_source(path) as source:
        wanted = (number for number in spread_over(path, count * 2))
        printed = [number for number in wanted if not is_blank(source.page(number).draw().image.convert("L"))]
    every = max(1, len(printed) // count)
    return printed[::every][:count]


def _made(folder: Path, pages: dict[str, int]) -> dict[str, Path]:
    paper = tuple(sheet for sheet in SHEETS if sheet.look not in (Look.DIGITAL, Look.BLANK))
    digital = tuple(sheet for sheet in SHEETS if sheet.look is Look.DIGITAL)
    scan = make_samples(folder / "scan", paper).scan
    born = make_samples(folder / "digital", digital).scan
    return {
        name: _repeated(born if name == _BORN_DIGITAL else scan, count, folder / name) for name, count in pages.items()
    }


def _repeated(path: Path, count: int, target: Path) -> Path:
    """A PDF of ``count`` pages that go through those of another again and again."""
    with pymupdf.open(path) as pages, pymupdf.open() as document:
        while document.page_count < count:
            last = min(pages.page_count, count - document.page_count) - 1
            document.insert_pdf(pages, to_page=last)
        document.save(target)
    return target
