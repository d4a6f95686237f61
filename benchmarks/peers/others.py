"""The peers that are programs: OCRmyPDF, and the few lines around pytesseract that most people write."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.peers.commands import run_side_by_side
from benchmarks.peers.installation import Peers
from benchmarks.peers.readers import Outcome
from docpipe.ocr.tessdata import tessdata_folder

_PAGE_BREAK: Final = "\f"
_PLAIN: Final = Path(__file__).with_name("plain_pytesseract.py")
_LEAST_WORK: Final = ("--force-ocr", "--optimize", "0", "--output-type", "pdf")
"""No optimising of images and no PDF/A: OCRmyPDF's own defaults take more, and read the same text."""


@dataclass(frozen=True, slots=True)
class Program:
    """A reader that runs a command for each document.

    Attributes:
        command: from document, text file and PDF to be written.
        threads: what Tesseract's OpenMP may use (``OMP_THREAD_LIMIT``); None for what it likes.
    """

    name: str
    command: Callable[[Path, Path, Path], Sequence[str]]
    threads: int | None = 1

    def read(self, documents: Sequence[Path], folder: Path) -> Outcome:
        """Run the command for all documents at once. Raises ``BenchmarkError``."""
        # A place of its own: documents may lie in the same folder, and be called as their results.
        folder = folder / re.sub(r"\W+", "-", self.name)
        folder.mkdir(exist_ok=True)
        texts = [folder / f"{document.stem}.txt" for document in documents]
        pdfs = [folder / f"{document.stem}.pdf" for document in documents]
        environment = {
            # The peers' interpreter is not to find the product's modules.
            "PYTHONPATH": None,
            "TESSDATA_PREFIX": str(tessdata_folder()),
            "OMP_THREAD_LIMIT": None if self.threads is None else str(self.threads),
        }
        commands = [self.command(*files) for files in zip(documents, texts, pdfs, strict=True)]
        runs, wall_s = run_side_by_side(commands, environment)
        written = {
            "text": sum(text.stat().st_size for text in texts),
            "searchable PDF": sum(pdf.stat().st_size for pdf in pdfs if pdf.is_file()),
        }
        return Outcome(
            cpu_s=sum(run.cpu_s for run in runs),
            wall_s=wall_s,
            peak_mb=max(run.peak_mb for run in runs),
            texts=tuple(tuple(text.read_text(encoding="utf-8").split(_PAGE_BREAK)) for text in texts),
            bytes_out=written,
        )


def ocrmypdf(peers: Peers, name: str = "OCRmyPDF", options: Sequence[str] = ()) -> Program:
    """OCRmyPDF at its least work, with further options; one document a process, one page at a time."""

    def command(document: Path, text: Path, pdf: Path) -> Sequence[str]:
        files = ["--sidecar", str(text), str(document), str(pdf)]
        return [peers.program("ocrmypdf"), "--quiet", "--jobs", "1", *_LEAST_WORK, *options, *files]

    return Program(name, command)


def plain_pytesseract(peers: Peers, name: str = "pytesseract", threads: int | None = 1) -> Program:
    """The pytesseract recipe: on pages drawn at 300 dpi; one document a process, one page at a time."""
    return Program(name, lambda document, text, _pdf: [peers.python, str(_PLAIN), str(document), str(text)], threads)
