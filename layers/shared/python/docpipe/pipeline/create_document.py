"""The API's way in: rows for documents, and forms by which the browser uploads them straight to storage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from docpipe.domain import languages
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import FileTooLargeError, UnsupportedFormatError
from docpipe.domain.formats import FileFormat
from docpipe.domain.keys import upload_key
from docpipe.domain.limits import UPLOADS
from docpipe.domain.outputs import Output
from docpipe.services import UploadDesk
from docpipe.stores import DocumentCatalog, NewDocument, RateLimiter, Receipt

UPLOAD_WINDOW_S = 3_600
"""How long an upload form is good for: a slow line needs minutes for the largest file."""

_UNTOLD_TYPES = frozenset({"", "application/octet-stream"})
"""What browsers send for files whose type they do not know; the type is told by the bytes later."""

_ACCEPTED_TYPES = frozenset(FileFormat) | {"image/jpg", "image/heif", "image/x-ms-bmp"}
"""The formats' media types, and the other names browsers have for them."""


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """What a caller asks for.

    Attributes:
        byte_size: announced size of the file.
        content_type: announced media type, or None.
        languages: as Tesseract joins them: ``eng+spa``; None for the tenant's own.
        pdfa: whether the searchable PDF is to be PDF/A.
        outputs: what is to be made of it besides.
    """

    filename: str
    byte_size: int
    content_type: str | None
    languages: str | None
    owner_email: str | None
    pdfa: bool = False
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Documents that one request creates.

    Attributes:
        priority: whether they take the priority lane; the caller's role decides.
        batch: whether they are told of together, as one batch.
        idempotency_key: under which a request that is sent again is not done again.
    """

    tenant_id: str
    priority: bool
    documents: tuple[DocumentRequest, ...]
    batch: bool = False
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """What creating documents works with.

    Attributes:
        languages: that can be recognised; the first where neither request nor tenant names any.
    """

    catalog: DocumentCatalog
    limiter: RateLimiter
    desk: UploadDesk
    max_bytes: int
    languages: tuple[str, ...]


def create_documents(order: Order, deps: FrontDesk) -> dict[str, Any]:
    """Create documents that await their upload, all or none.

    Returns:
        JSON: ``documents``, each with its id and the form to upload it with, and ``batch_id``. For a
        request that was sent before under the same key: what was answered then.

    Raises:
        FileTooLargeError: an announced size is over the limit.
        UnsupportedFormatError: an announced type is none that is read.
        LanguageUnavailableError: a language asked for, or set for the tenant, cannot be recognised here.
        RateLimitError: the tenant has created too many documents.
        IdempotencyConflictError: the key was used for another request.
    """
    types = [_content_type(request, deps.max_bytes) for request in order.documents]
    wanted = _wanted(order, deps)
    deps.limiter.take(order.tenant_id, UPLOADS, len(order.documents))
    batch_id = uuid4() if order.batch else None
    new, created = [], []
    for request, content_type, read_in in zip(order.documents, types, wanted, strict=True):
        document = _new(request, order, content_type, read_in, batch_id)
        new.append(document)
        created.append(_created(document, deps))
    answer = {"batch_id": str(batch_id) if batch_id else None, "documents": created}
    return deps.catalog.create(order.tenant_id, new, _receipt(order, answer)) or answer


def _content_type(request: DocumentRequest, max_bytes: int) -> str | None:
    """The announced type, or None where the bytes have to tell."""
    if request.byte_size > max_bytes:
        raise FileTooLargeError(request.byte_size, max_bytes)
    announced = (request.content_type or "").lower()
    if announced not in _ACCEPTED_TYPES | _UNTOLD_TYPES:
        raise UnsupportedFormatError
    return None if announced in _UNTOLD_TYPES else announced


def _wanted(order: Order, deps: FrontDesk) -> list[str]:
    """The languages of each document; those of the tenant are looked up when a request names none."""
    usual = ""
    if not all(request.languages for request in order.documents):
        usual = deps.catalog.default_languages(order.tenant_id) or deps.languages[0]
    return [_languages(request.languages or usual, deps) for request in order.documents]


def _languages(wanted: str, deps: FrontDesk) -> str:
    languages.require(wanted, deps.languages)
    return "+".join(languages.split(wanted))


def _new(
    request: DocumentRequest, order: Order, content_type: str | None, read_in: str, batch_id: UUID | None
) -> NewDocument:
    return NewDocument(
        document_id=uuid4(),
        tenant_id=order.tenant_id,
        owner_email=request.owner_email,
        filename=request.filename,
        content_type=content_type,
        byte_size=request.byte_size,
        languages=read_in,
        priority=order.priority,
        upload_expires_at=datetime.now(UTC) + timedelta(seconds=UPLOAD_WINDOW_S),
        batch_id=batch_id,
        pdfa=request.pdfa,
        outputs=request.outputs,
    )


def _created(document: NewDocument, deps: FrontDesk) -> dict[str, Any]:
    form = deps.desk.form(
        upload_key(document.document_id),
        max_bytes=deps.max_bytes,
        content_type=document.content_type,
        expires_s=UPLOAD_WINDOW_S,
    )
    return {
        "document_id": str(document.document_id),
        "status": DocumentStatus.AWAITING_UPLOAD.value,
        "upload": {"url": form.url, "fields": form.fields},
        "expires_at": form.expires_at.isoformat(),
    }


def _receipt(order: Order, answer: dict[str, Any]) -> Receipt | None:
    if order.idempotency_key is None:
        return None
    return Receipt(order.idempotency_key, _fingerprint(order.documents, batch=order.batch), answer)


def _fingerprint(documents: Sequence[DocumentRequest], *, batch: bool) -> str:
    """Tells one request from another, and nothing of what is in it."""
    asked = json.dumps([batch, *(asdict(document) for document in documents)], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()
