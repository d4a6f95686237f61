"""The part of what the HTTP API answers that is used here; ``docpipe.answers`` has all of it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from docpipe.domain.document import DocumentStatus


class UploadForm(BaseModel):
    """A presigned POST: the fields go first and the file last."""

    url: str
    fields: dict[str, str]


class Created(BaseModel):
    """A document that awaits its upload."""

    document_id: str
    upload: UploadForm


class Document(BaseModel):
    """Where a document stands. Times are UTC; None when not reached."""

    document_id: str
    status: DocumentStatus
    code: str | None
    message: str | None
    languages: str
    suggested_languages: str | None
    priority: bool
    pdfa_conforms: bool | None
    pdfa_pages_drawn: int | None
    page_count: int | None
    pages_done: int
    pages_failed: int
    tier: str | None
    queue_position: int | None
    mean_confidence: float | None
    cost_usd: float | None
    created_at: datetime
    uploaded_at: datetime | None
    queued_at: datetime | None
    started_at: datetime | None
    assembling_at: datetime | None
    finished_at: datetime | None


class Word(BaseModel):
    """A word with its box in points of the upright page, origin top left; confidence 0-100."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    line: int


class Page(BaseModel):
    """A finished page. Width and height are points; ``image_url`` is None when it could not be drawn."""

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


class ResultFiles(BaseModel):
    """Addresses of the whole text, of the searchable PDF and of what else was asked for."""

    text_url: str
    searchable_pdf_url: str
    hocr_url: str | None
    alto_url: str | None
