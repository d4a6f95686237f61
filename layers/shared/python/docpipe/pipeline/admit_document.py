"""Intake: an upload has arrived. Look at it, and queue its pages or say at once why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from docpipe.domain import languages
from docpipe.domain.attempts import MAX_ATTEMPTS
from docpipe.domain.chunking import plan_chunks
from docpipe.domain.errors import (
    DecompressionBombError,
    DocumentError,
    EmptyFileError,
    UploadMissingError,
)
from docpipe.domain.keys import upload_key
from docpipe.domain.lanes import Lane
from docpipe.domain.tiers import tier_for
from docpipe.messages import UploadArrived
from docpipe.metrics import Instruments
from docpipe.pipeline.attempt import Attempt, held
from docpipe.pipeline.invocation import Invocation
from docpipe.pipeline.publish import Publisher
from docpipe.ports import PageReader
from docpipe.services import ObjectStore
from docpipe.stores import Admission, DocumentClaim, IntakeStore, Refused

_READ_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Intake:
    """What intake works with.

    Attributes:
        scratch: gives a folder that is removed afterwards.
        max_bytes: largest upload taken.
        max_pages: longest document taken.
        lease_s: how long a silent attempt keeps its claim.
    """

    store: IntakeStore
    uploads: ObjectStore
    reader: PageReader
    publisher: Publisher
    scratch: Callable[[], AbstractContextManager[Path]]
    max_bytes: int
    max_pages: int
    lease_s: int
    instruments: Instruments


def admit_document(message: UploadArrived, invocation: Invocation, deps: Intake) -> Refused | None:
    """Admit or reject one uploaded document.

    Returns:
        Why there was nothing to do, or None when the document was admitted or rejected now.

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
            admission = _examine(claim, message, attempt, deps)
        except (DocumentError, UploadMissingError) as fault:
            deps.store.fail(claim, fault, attempt.usage())
        else:
            deps.store.admit(claim, admission, attempt.usage())
    deps.publisher.flush()
    return None


def _examine(claim: DocumentClaim, message: UploadArrived, attempt: Attempt[DocumentClaim], deps: Intake) -> Admission:
    if claim.died and claim.attempt > MAX_ATTEMPTS:
        # Opening it has ended the whole environment time after time; it will again.
        raise DecompressionBombError
    # The API refuses them too, by what the image was built with; what counts is what it holds.
    languages.require(claim.languages, deps.reader.languages())
    with deps.scratch() as folder:
        path = folder / "document"
        stored = deps.uploads.download(
            upload_key(claim.document_id), path, message.version_id, most_bytes=deps.max_bytes
        )
        if stored.byte_size == 0:
            raise EmptyFileError
        attempt.heartbeat()
        facts = deps.reader.inspect(path)
        sha256 = _sha256(path)
    spec = tier_for(facts.page_count, max_pages=deps.max_pages)
    return Admission(
        file_format=facts.file_format,
        byte_size=stored.byte_size,
        sha256=sha256,
        object_version=stored.version_id,
        page_count=facts.page_count,
        tier=spec.tier,
        lane=Lane(spec.tier, claim.priority).queue,
        chunks=plan_chunks(facts.page_count, spec),
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_READ_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()
