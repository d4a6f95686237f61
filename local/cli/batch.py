"""Takes jobs through the pipeline side by side: uploads, watches, and fetches the results of each as it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from docpipe.domain.outputs import Output
from local.answers import Document
from local.cli.jobs import Job
from local.cli.results import write_refusal, write_results
from local.client import ApiError, Client, size_of

_UPLOADS_SIDE_BY_SIDE: Final = 5
_ROUND_S: Final = 0.3
"""Between two looks at all documents: quick enough to see pages come in."""

_SHARE: Final = 4
"""Pauses last this many times as long as looking did: watching a thousand documents must not slow them down."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for, for all files alike.

    Attributes:
        languages: as Tesseract joins them: ``eng+spa``; None for the usual ones.
        outputs, pdfa: what is to be made of them besides text and searchable PDF.
    """

    languages: str | None = None
    outputs: tuple[Output, ...] = ()
    pdfa: bool = False

    @property
    def members(self) -> dict[str, Any]:
        """As members of a request."""
        languages = {} if self.languages is None else {"languages": self.languages}
        return {**languages, "outputs": list(self.outputs), "pdfa": self.pdfa}


def run_batch(jobs: Sequence[Job], wishes: Wishes, client: Client, *, on_look: Callable[[], None]) -> Iterator[Job]:
    """Work on the jobs and give each back when it has ended and its results are in its folder.

    Args:
        jobs: changed as they go on.
        wishes: for all of them.
        client: of the API.
        on_look: called after each look at the documents, about three times a second.

    Raises:
        OSError: results cannot be written.
    """
    uploads = ThreadPoolExecutor(_UPLOADS_SIDE_BY_SIDE, thread_name_prefix="upload")
    try:
        created = {id(job): uploads.submit(_upload, job, wishes, client) for job in jobs}
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


def _upload(job: Job, wishes: Wishes, client: Client) -> Document:
    created = client.create(filename=job.name, byte_size=size_of(job.source), **wishes.members)
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
