"""Assembly: every page is finished. Put the whole text and the searchable PDF together, and complete the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from docpipe.domain.errors import UploadMissingError
from docpipe.domain.keys import searchable_pdf_key, text_key, upload_key
from docpipe.domain.page import PageText
from docpipe.messages import AssemblyReady
from docpipe.metrics import Instruments
from docpipe.pipeline.attempt import Attempt, Invocation, RetryLaterError
from docpipe.pipeline.publish import Publisher
from docpipe.ports import SearchablePdfWriter
from docpipe.services import ObjectStore
from docpipe.stores import AssemblyStore, DocumentClaim, Refusal, Refused

_PAGE_BREAK = "\f"
"""Parts pages in the whole text, as Tesseract and pdftotext do."""

_RESULTS = 2
"""Objects stored by an assembly: whole text and searchable PDF."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """What assembly works with.

    Attributes:
        scratch: gives a folder that is removed afterwards.
        lease_s: how long a silent attempt keeps its claim.
    """

    store: AssemblyStore
    uploads: ObjectStore
    results: ObjectStore
    writer: SearchablePdfWriter
    publisher: Publisher
    scratch: Callable[[], AbstractContextManager[Path]]
    lease_s: int
    instruments: Instruments


def assemble_document(message: AssemblyReady, invocation: Invocation, deps: Assembly) -> Refused | None:
    """Put one document's results together; memory is flat in its page count.

    Returns:
        Why there was nothing to do, or None when the document was assembled now.

    Raises:
        RetryLaterError: another attempt holds the document, or this one failed and may be repeated.
        GivenUpError: the last attempt failed; the document says so.
    """
    claim = deps.store.claim(message.document_id, generation=message.generation, lease_s=deps.lease_s)
    if isinstance(claim, Refusal):
        if claim.why is Refused.BUSY:
            raise RetryLaterError(claim.wait_s + 1, "busy")
        return claim.why
    again = message.model_copy(update={"generation": claim.generation + 1})
    with Attempt(
        deps.store,
        claim,
        invocation,
        publisher=deps.publisher,
        redrive=again,
        lease_s=deps.lease_s,
        instruments=deps.instruments,
    ) as attempt:
        try:
            _assemble(claim, attempt, deps)
        except UploadMissingError as fault:
            deps.store.fail(claim, fault, attempt.usage())
        else:
            deps.store.complete(claim, attempt.usage(puts=_RESULTS))
    deps.publisher.flush()
    return None


def _assemble(claim: DocumentClaim, attempt: Attempt[DocumentClaim], deps: Assembly) -> None:
    document_id = claim.document_id
    with deps.scratch() as folder:
        source, text, pdf = folder / "document", folder / "text.txt", folder / "searchable.pdf"
        deps.uploads.download(upload_key(document_id), source, claim.object_version)
        attempt.heartbeat()
        with text.open("w", encoding="utf-8") as file:
            for page in deps.store.pages(document_id):
                file.write(page.text if page.page_number == 1 else _PAGE_BREAK + page.text)
        deps.writer.write(
            source,
            _alive(deps.store.pages(document_id), attempt),
            image_of=deps.results.get,
            destination=pdf,
        )
        deps.results.upload(text_key(document_id), text, "text/plain; charset=utf-8", "text.txt")
        attempt.heartbeat()
        deps.results.upload(searchable_pdf_key(document_id), pdf, "application/pdf", "searchable.pdf")


def _alive(pages: Iterator[PageText], attempt: Attempt[DocumentClaim]) -> Iterator[PageText]:
    """The pages, with a sign of life at each."""
    for page in pages:
        attempt.heartbeat()
        yield page
