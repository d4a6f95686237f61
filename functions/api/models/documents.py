"""Documents and batches: creating them, and where they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from docpipe.answers.documents import Document
from docpipe.domain.document import DocumentStatus
from docpipe.domain.limits import MAX_BATCH
from docpipe.domain.outputs import Output

Languages = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]{3,20}(\+[A-Za-z_]{3,20}){0,4}$")]
"""Languages as Tesseract names and joins them, five at most: ``eng+spa``."""

_NO_CONTROLS = r"^[^\x00-\x1f\x7f]+$"
"""Control characters have no place in a name, and PostgreSQL takes no zero byte."""


_EMAIL = r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+$"
"""One address as browsers check it (HTML standard, "valid e-mail address") and SES takes it, with a domain of dots."""


class CreateDocument(BaseModel):
    """A document to be uploaded. Without ``languages``, those of the tenant are read.

    ``outputs`` names further files to be made; ``pdfa`` asks for a searchable PDF that is PDF/A-2b.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"filename": "letter.pdf", "byte_size": 482133, "content_type": "application/pdf"}]
        },
    )

    filename: Annotated[
        str,
        StringConstraints(min_length=1, max_length=255, pattern=_NO_CONTROLS),
        Field(description="Shown within its tenant only; what kind of file it is, its bytes tell."),
    ]
    byte_size: Annotated[
        int, Field(strict=True, ge=1, le=2**53, description="Of the file; at most ``max_file_bytes``.")
    ]
    content_type: Annotated[
        Annotated[str, StringConstraints(max_length=100)] | None,
        Field(description="Media type as the browser tells it. The form takes a file of this type only."),
    ] = None
    languages: Annotated[
        Languages | None, Field(description="Of its text, as Tesseract names them, joined by ``+``; see ``GET /me``.")
    ] = None
    outputs: Annotated[
        list[Output], Field(max_length=len(Output), description="Files to be made besides text and searchable PDF.")
    ] = []
    pdfa: Annotated[bool, Field(strict=True, description="Whether the searchable PDF is to be PDF/A-2b.")] = False
    owner_email: Annotated[
        Annotated[str, StringConstraints(pattern=_EMAIL, max_length=254)] | None,
        Field(description="Who is told of its end; without it, the caller's own address."),
    ] = None


class CreateBatch(BaseModel):
    """Documents that belong together; one message tells when all of them have ended."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "documents": [
                        {"filename": "front.jpg", "byte_size": 1204332},
                        {"filename": "back.jpg", "byte_size": 1190218},
                    ]
                }
            ]
        },
    )

    documents: Annotated[list[CreateDocument], Field(min_length=1, max_length=MAX_BATCH)]


class Upload(BaseModel):
    """A presigned POST: send the fields in order, then the file as ``file``, as multipart/form-data."""

    url: str
    fields: dict[str, str]


_CREATED: Final[dict[str, Any]] = {
    "document_id": "28764cf5-7870-4f17-814a-ebae7f2a123a",
    "status": "awaiting_upload",
    "upload": {
        "url": "https://docpipe-prod-uploads-123456789012.s3.eu-central-1.amazonaws.com/",
        "fields": {
            "Content-Type": "application/pdf",
            "key": "uploads/28764cf5-7870-4f17-814a-ebae7f2a123a",
            "policy": "eyJleHBpcmF0aW9uIjoi...",
            "x-amz-signature": "5d3c...",
        },
    },
    "expires_at": "2026-11-25T11:41:10Z",
}


class CreatedDocument(BaseModel):
    """A document that awaits its upload."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CREATED]})

    document_id: UUID
    status: DocumentStatus
    upload: Upload
    expires_at: datetime


class CreatedBatch(BaseModel):
    """A batch whose documents await their uploads, in the order in which they were named."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"batch_id": "1eba1179-cfd7-4667-b0f7-f84712050374", "documents": [_CREATED]}]}
    )

    batch_id: UUID
    documents: list[CreatedDocument]


class DocumentList(BaseModel):
    """Documents, the newest first; ask again with ``cursor=next_cursor`` until it is null."""

    documents: list[Document]
    next_cursor: str | None


class Batch(BaseModel):
    """Where a batch stands. ``counts`` are by status; ``finished`` tells that nothing more will happen."""

    batch_id: UUID
    documents: list[Document]
    counts: dict[str, int]
    finished: bool
