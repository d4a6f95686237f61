"""Writes what came of a file: ``document.json``, ``text.txt``, ``searchable.pdf`` and ``pages/0001.jpg`` and on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from docpipe.domain.outputs import FILE_NAMES, Output
from local.answers import Document, Page
from local.cli.jobs import RECORD, Job
from local.client import Client

TEXT: Final = "text.txt"
SEARCHABLE_PDF: Final = "searchable.pdf"
PAGES: Final = "pages"


def write_results(job: Job, client: Client) -> None:
    """Fetch the results of a finished job into its folder; of a failed one, its pages as far as they came.

    Memory is flat in the number of pages. The folder appears at once, when everything is in it.

    Raises:
        ApiError: a result could not be fetched.
        OSError: the folder cannot be written to.
    """
    with _replaced(job.folder) as folder:
        document = job.document
        if document is not None and document.status.has_result:
            files = client.result_files(document.document_id)
            client.download(files.text_url, folder / TEXT)
            client.download(files.searchable_pdf_url, folder / SEARCHABLE_PDF)
            for output, url in ((Output.HOCR, files.hocr_url), (Output.ALTO, files.alto_url)):
                if url is not None:
                    client.download(url, folder / FILE_NAMES[output])
        pages = client.pages(document.document_id) if document is not None else iter(())
        _write_record(folder / RECORD, summary(job), _fetched(pages, client, folder))


def write_refusal(job: Job) -> None:
    """Write down why there are no results.

    Raises:
        OSError: the folder cannot be written to.
    """
    with _replaced(job.folder) as folder:
        _write_record(folder / RECORD, summary(job), iter(()))


def summary(job: Job) -> dict[str, Any]:
    """Everything about a document but its pages, as it stands in ``document.json``."""
    code, message = job.problem or (None, None)
    about: dict[str, Any] = {"file": job.name, "status": str(job.status), "code": code, "message": message}
    document = job.document
    return {
        **about,
        "document_id": document.document_id if document else None,
        "page_count": document.page_count if document else None,
        "pages_failed": document.pages_failed if document else 0,
        "tier": document.tier if document else None,
        "languages": document.languages if document else None,
        "suggested_languages": document.suggested_languages if document else None,
        "pdfa": _pdfa(document) if document else None,
        "priority": document.priority if document else None,
        "mean_confidence": _rounded(document.mean_confidence, 2) if document else None,
        "cost": document.cost_usd if document else None,
        "currency": "USD",
        "timings": _timings(document) if document else {},
    }


def _pdfa(document: Document) -> dict[str, Any] | None:
    if document.pdfa_conforms is None:
        return None
    return {"conforms": document.pdfa_conforms, "pages_drawn": document.pdfa_pages_drawn}


def _timings(document: Document) -> dict[str, Any]:
    """When each state was reached (UTC), and seconds spent waiting, at work and in all."""
    times = {
        name: getattr(document, name)
        for name in ("created_at", "uploaded_at", "queued_at", "started_at", "assembling_at", "finished_at")
    }
    return {
        **{name: time.isoformat() if time else None for name, time in times.items()},
        "waiting_s": _seconds(document.queued_at, document.started_at),
        "recognition_s": _seconds(document.started_at, document.assembling_at),
        "assembly_s": _seconds(document.assembling_at, document.finished_at),
        "total_s": _seconds(document.created_at, document.finished_at),
    }


def _seconds(begin: datetime | None, end: datetime | None) -> float | None:
    return round((end - begin).total_seconds(), 3) if begin and end else None


def _fetched(pages: Iterator[Page], client: Client, folder: Path) -> Iterator[dict[str, Any]]:
    """Each page as it stands in ``document.json``, once its image is there."""
    for page in pages:
        image = None
        if page.image_url:
            (folder / PAGES).mkdir(exist_ok=True)
            image = f"{PAGES}/{page.page_number:04d}.jpg"
            client.download(page.image_url, folder / image)
        yield {
            "number": page.page_number,
            "source": page.source,
            "reason": page.reason,
            "error_code": page.error_code,
            "text": page.text,
            "mean_confidence": _rounded(page.mean_confidence, 2),
            "dpi": _rounded(page.dpi, 2),
            "rotation": page.rotation,
            "width": _rounded(page.width, 2),
            "height": _rounded(page.height, 2),
            "duration_ms": page.duration_ms,
            "image": image,
            "words": [word.model_dump() for word in page.words],
        }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _write_record(path: Path, about: dict[str, Any], pages: Iterator[dict[str, Any]]) -> None:
    """Write a JSON object whose last member, ``pages``, is written one page at a time."""
    head = json.dumps(about, ensure_ascii=False, indent=2).removesuffix("\n}")
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{head},\n  "pages": [')
        comma = ""
        for page in pages:
            file.write(f"{comma}\n    {json.dumps(page, ensure_ascii=False)}")
            comma = ","
        file.write("\n  ]\n}\n" if comma else "]\n}\n")


@contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """A new folder to write into, that takes the place of ``folder`` at the end of the block."""
    new = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
