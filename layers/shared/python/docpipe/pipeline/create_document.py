"""The API's way in: a row for the document, and a form by which the browser uploads it straight to storage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from docpipe.domain.errors import FileTooLargeError, UnsupportedFormatError
from docpipe.domain.formats import FileFormat
from docpipe.domain.keys import upload_key
from docpipe.services import UploadDesk, UploadForm
from docpipe.stores import DocumentCatalog, NewDocument

UPLOAD_WINDOW_S = 3_600
"""How long an upload form is good for: a slow line needs minutes for the largest file."""

_UNTOLD_TYPES = frozenset({"", "application/octet-stream"})
"""What browsers send for files whose type they do not know; the type is told by the bytes later."""


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """What a caller asks for.

    Attributes:
        byte_size: announced size of the file.
        content_type: announced media type, or None.
        languages: as Tesseract joins them: ``eng+spa``.
    """

    tenant_id: str
    filename: str
    byte_size: int
    content_type: str | None
    languages: str
    priority: bool
    owner_email: str | None


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """What creating a document works with."""

    catalog: DocumentCatalog
    desk: UploadDesk
    max_bytes: int


def create_document(request: DocumentRequest, deps: FrontDesk) -> tuple[UUID, UploadForm]:
    """Create a document that awaits its upload.

    Returns:
        Its id, and the form to upload it with.

    Raises:
        FileTooLargeError: the announced size is over the limit.
        UnsupportedFormatError: the announced type is none that is read.
    """
    if request.byte_size > deps.max_bytes:
        raise FileTooLargeError(request.byte_size, deps.max_bytes)
    announced = (request.content_type or "").lower()
    content_type = None if announced in _UNTOLD_TYPES else announced
    if content_type is not None and content_type not in _ACCEPTED_TYPES:
        raise UnsupportedFormatError
    document_id = uuid4()
    form = deps.desk.form(
        upload_key(document_id), max_bytes=deps.max_bytes, content_type=content_type, expires_s=UPLOAD_WINDOW_S
    )
    deps.catalog.create(
        NewDocument(
            document_id=document_id,
            tenant_id=request.tenant_id,
            owner_email=request.owner_email,
            filename=request.filename,
            content_type=content_type,
            byte_size=request.byte_size,
            languages=request.languages,
            priority=request.priority,
            upload_expires_at=datetime.now(UTC) + timedelta(seconds=UPLOAD_WINDOW_S),
        )
    )
    return document_id, form


_ACCEPTED_TYPES = frozenset(FileFormat) | {"image/jpg", "image/heif", "image/x-ms-bmp"}
"""The formats' media types, and the other names browsers have for them."""
