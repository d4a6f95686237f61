"""Assembly: every page is finished. Put the whole text and the searchable PDF together, and complete the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from docpipe.domain.document import DocumentStatus, final_status
from docpipe.domain.errors import AllPagesFailedError, UploadMissingError
from docpipe.domain.keys import output_key, searchable_pdf_key, text_key, upload_key
from docpipe.domain.outputs import FILE_NAMES, MEDIA_TYPES
from docpipe.domain.page import PageText
from docpipe.messages import AssemblyReady
from docpipe.metrics import Instruments
from docpipe.pipeline.attempt import Attempt, held
from docpipe.pipeline.invocation import Invocation
from docpipe.pipeline.publish import Publisher
from docpipe.pipeline.suggest_language import LanguageEar
from docpipe.pipeline.write_words import TEXT, write_words
from docpipe.ports import Archivist, LanguageGuesser, SearchablePdfWriter
from docpipe.services import ObjectStore
from docpipe.stores import AssemblyStore, DocumentClaim, Findings, Refused

_RESULTS = 2
"""Objects stored by every assembly: whole text and searchable PDF."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """What assembly works with.

    Attributes:
        archivist: gives what makes PDF/A.
        guesser: tells languages.
        scratch: gives a folder that is removed afterwards.
        lease_s: how long a silent attempt keeps its claim.
    """

    store: AssemblyStore
    uploads: ObjectStore
    results: ObjectStore
    writer: SearchablePdfWriter
    archivist: Callable[[], Archivist]
    guesser: LanguageGuesser
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
    claim = held(deps.store.claim(message.document_id, generation=message.generation, lease_s=deps.lease_s))
    if isinstance(claim, Refused):
        return claim
    again = message.model_copy(update={"generation": claim.generation + 1})
    with Attempt(claim, invocation, deps, redrive=again) as attempt:
        try:
            _require_a_page(claim, deps.store)
            findings = _assemble(claim, attempt, deps)
        except (AllPagesFailedError, UploadMissingError) as fault:
            deps.store.fail(claim, fault, attempt.usage())
        else:
            deps.store.complete(claim, attempt.usage(puts=_RESULTS + len(claim.outputs)), findings)
    deps.publisher.flush()
    return None


def _require_a_page(claim: DocumentClaim, store: AssemblyStore) -> None:
    """A document of which nothing was read has no result to put together.

    Raises:
        AllPagesFailedError: that is so; its pages are kept, and can be read again.
    """
    pages = claim.page_count or 0
    if final_status(page_count=pages, pages_failed=claim.pages_failed) is DocumentStatus.FAILED:
        raise AllPagesFailedError(pages, store.first_fault(claim.document_id))


def _assemble(claim: DocumentClaim, attempt: Attempt[DocumentClaim], deps: Assembly) -> Findings:
    document_id = claim.document_id

    def pages() -> Iterator[PageText]:
        return deps.store.pages(document_id)

    ear = LanguageEar(claim.languages, deps.guesser)
    with deps.scratch() as folder:
        source, pdf = folder / "document", folder / "searchable.pdf"
        deps.uploads.download(upload_key(document_id), source, claim.object_version)
        attempt.heartbeat()
        # Each page is fetched once, for everything that is made of it.
        heard = ear.listen(_alive(pages(), attempt))
        written = write_words(heard, folder, claim.outputs, claim.page_count or 0)
        deps.writer.write(source, written, image_of=deps.results.get, destination=pdf)
        archived = deps.archivist().archive(pdf, pages, on_page=attempt.heartbeat) if claim.pdfa else None
        _store(claim, attempt, deps, folder, pdf)
    return Findings(archived, ear.suggestion())


def _store(claim: DocumentClaim, attempt: Attempt[DocumentClaim], deps: Assembly, folder: Path, pdf: Path) -> None:
    """Store what was written, with a sign of life after each file."""
    document_id = claim.document_id
    deps.results.upload(text_key(document_id), folder / TEXT, "text/plain; charset=utf-8", TEXT)
    for output in claim.outputs:
        attempt.heartbeat()
        name = FILE_NAMES[output]
        deps.results.upload(output_key(document_id, output), folder / name, MEDIA_TYPES[output], name)
    attempt.heartbeat()
    deps.results.upload(searchable_pdf_key(document_id), pdf, "application/pdf", pdf.name)


def _alive(pages: Iterator[PageText], attempt: Attempt[DocumentClaim]) -> Iterator[PageText]:
    """The pages, with a sign of life at each."""
    for page in pages:
        attempt.heartbeat()
        yield page
