"""What was read: pages, text, files and hits of a search."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from docpipe.domain.page import PageSource


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
    """A finished page; ``width`` and ``height`` are in points. ``image_url`` is good for an hour.

    A point is ``dpi / 72`` pixels of the picture. ``reason`` says why its text was taken from where it is.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "page_number": 1,
                    "source": "ocr",
                    "reason": "no text layer",
                    "error_code": None,
                    "text": "HARBOUR LANE CLINIC",
                    "words": [
                        {"text": "HARBOUR", "x0": 72, "y0": 56.4, "x1": 148.2, "y1": 70, "confidence": 96.1, "line": 0},
                        {"text": "LANE", "x0": 153, "y0": 56.4, "x1": 195.8, "y1": 70, "confidence": 95.7, "line": 0},
                        {"text": "CLINIC", "x0": 201, "y0": 56.4, "x1": 259, "y1": 70, "confidence": 96.4, "line": 0},
                    ],
                    "mean_confidence": 96.1,
                    "dpi": 200,
                    "rotation": 0,
                    "width": 595,
                    "height": 842,
                    "duration_ms": 1630,
                    "image_url": "https://scans.docpipe.example/documents/28764cf5-7870-4f17-814a-ebae7f2a123a/pages/0001.jpg?...",
                }
            ]
        }
    )

    page_number: int
    source: PageSource
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


class PageOutline(BaseModel):
    """How a finished page came out, how many of its words have a confidence below 80, and its size in points."""

    model_config = ConfigDict(from_attributes=True)

    page_number: int
    source: PageSource
    error_code: str | None
    mean_confidence: float | None
    words_to_check: int
    width: float
    height: float


class Outline(BaseModel):
    """All finished pages in order, without words and text; those not named are still to be read."""

    pages: list[PageOutline]


class PageText(BaseModel):
    """A page's text."""

    model_config = ConfigDict(from_attributes=True)

    page_number: int
    text: str


class Text(BaseModel):
    """The text of the finished pages, parted by form feeds, and page by page.

    Of a very long document it is a part: ask again with ``after=next_after`` until it is null.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "HARBOUR LANE CLINIC\fFollow-up in two weeks.",
                    "pages": [
                        {"page_number": 1, "text": "HARBOUR LANE CLINIC"},
                        {"page_number": 2, "text": "Follow-up in two weeks."},
                    ],
                    "next_after": None,
                }
            ]
        }
    )

    text: str
    pages: list[PageText]
    next_after: int | None


class Files(BaseModel):
    """Addresses of the results, good for an hour; null for what was not asked for."""

    text_url: str
    searchable_pdf_url: str
    hocr_url: str | None = None
    alto_url: str | None = None


class Segment(BaseModel):
    """A piece of a snippet; ``match`` tells what was searched for. It is plain text, never markup."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    match: bool


class Hit(BaseModel):
    """A page on which the words were found. A higher rank is a better hit."""

    model_config = ConfigDict(from_attributes=True)

    document_id: UUID
    filename: str
    page_number: int
    snippet: list[Segment]
    rank: float


class Hits(BaseModel):
    """Hits, the best first; ask again with ``cursor=next_cursor`` until it is null."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "hits": [
                        {
                            "document_id": "28764cf5-7870-4f17-814a-ebae7f2a123a",
                            "filename": "letter.pdf",
                            "page_number": 4,
                            "snippet": [
                                {"text": "The ", "match": False},
                                {"text": "patient", "match": True},
                                {"text": " was admitted", "match": False},
                            ],
                            "rank": 0.1,
                        }
                    ],
                    "next_cursor": None,
                }
            ]
        },
    )

    hits: list[Hit]
    next_cursor: str | None
