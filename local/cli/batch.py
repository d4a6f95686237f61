"""Takes jobs through the pipeline side by side: uploads, watches, and fetches the results of each as it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from local.answers import Document
from local.cli.jobs import Job
from local.cli.results import write_refusal, write_results
from local.client import ApiError, Client

_UPLOADS_SIDE_BY_SIDE: Final = 5
_ROUND_S: Final = 0.3
"""Between two looks at all documents: quick enough to see pages come in."""

_SHARE: Final = 4
"""Pauses last this many times as long as looking did: watching a thousand documents must not slow them down."""


def run_batch(jobs: Sequence[Job], languages: str, client: Client, *, on_look: Callable[[], None]) -> Iterator[Job]:
    """Work on the jobs and give each back when it has ended and its results are in its folder.

    Args:
        jobs: changed as they go on.
        languages: of all of them, as Tesseract joins them: ``eng+spa``.
        client: of the API.
        on_look: called after each look at the documents, about three times a second.

    Raises:
        OSError: results cannot be written.
    """
    uploads = ThreadPoolExecutor(_UPLOADS_SIDE_BY_SIDE, thread_name_prefix="upload")
    try:
        created = {id(job): uploads.submit(_upload, job, languages, client) for job in jobs}
        running = list(jobs)
        while running:
            begun = time.monotonic()
            for job in running:
                _look(job, created[id(job)], client)
                if job.ended:
                    yield job
            running = [job for job in running if not job.ended]
            on_look()
            if running:
                time.sleep(max(_ROUND_S, _SHARE * (time.monotonic() - begun)))
    finally:
        uploads.shutdown(wait=False, cancel_futures=True)


def _upload(job: Job, languages: str, client: Client) -> Document:
    try:
        size = job.source.stat().st_size
    except OSError as error:
        raise ApiError("source_missing", f"The file can no longer be read ({error.strerror}).") from error
    created = client.create(filename=job.source.name, byte_size=size, languages=languages)
    client.upload(created.upload, job.source)
    return client.document(created.document_id)


def _look(job: Job, created: Future[Document], client: Client) -> None:
    """Bring a job up to date, and end it when its document has reached its end."""
    if not created.done():
        return
    try:
        job.document = client.document(job.document.document_id) if job.document else created.result()
        if job.document.status.is_final:
            write_results(job, client)
            job.end()
    except ApiError as refusal:
        job.refusal = refusal
        write_refusal(job)
        job.end()
