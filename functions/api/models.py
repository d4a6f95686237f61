"""What the API takes and gives, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Languages = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]{3,20}(\+[A-Za-z_]{3,20}){0,4}$")]
"""Languages as Tesseract names and joins them, five at most: ``eng+spa``."""


class CreateDocument(BaseModel):
    """A document to be uploaded."""

    model_config = ConfigDict(extra="forbid")

    filename: Annotated[str, Field(min_length=1, max_length=255)]
    byte_size: Annotated[int, Field(ge=1)]
    content_type: Annotated[str, Field(max_length=100)] | None = None
    languages: Languages = "eng"
    priority: bool = False
    owner_email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)] | None = None


class Upload(BaseModel):
    """A presigned POST: send the fields in order, then the file as ``file``, as multipart/form-data."""

    url: str
    fields: dict[str, str]


class CreatedDocument(BaseModel):
    """A document that awaits its upload."""

    document_id: UUID
    status: str
    upload: Upload
    expires_at: datetime


class Document(BaseModel):
    """Where a document stands."""

    model_config = ConfigDict(from_attributes=True)

    document_id: UUID
    status: str
    code: str | None
    message: str | None
    content_type: str | None
    byte_size: int
    languages: str
    priority: bool
    page_count: int | None
    pages_done: int
    pages_failed: int
    tier: str | None
    queue_position: int | None
    mean_confidence: float | None
    cost_microusd: int | None
    revision: int
    created_at: datetime
    uploaded_at: datetime | None
    queued_at: datetime | None
    started_at: datetime | None
    assembling_at: datetime | None
    finished_at: datetime | None


class Word(BaseModel):
    """A word with its box in points of the upright page, origin top left."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    line: int


class Page(BaseModel):
    """A finished page. ``image_url`` is good for an hour."""

    page_number: int
    source: str
    reason: str
    error_code: str | None
    text: str
    words: list[Word]
    mean_confidence: float | None
    dpi: float
    rotation: int
    width: float
    height: float
    duration_ms: int
    image_url: str | None


class PageList(BaseModel):
    """Finished pages in order; ask again with ``after=next_after`` until it is null."""

    pages: list[Page]
    next_after: int | None


class Files(BaseModel):
    """Addresses of the results, good for an hour."""

    text_url: str
    searchable_pdf_url: str
