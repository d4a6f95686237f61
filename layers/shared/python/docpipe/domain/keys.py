"""Where objects lie in the buckets. Keys hold opaque ids and page numbers, nothing else."""

from __future__ import annotations

from uuid import UUID

from docpipe.domain.outputs import FILE_NAMES, Output

UPLOAD_PREFIX = "uploads/"


def upload_key(document_id: UUID) -> str:
    """The uploaded file, in the uploads bucket."""
    return f"{UPLOAD_PREFIX}{document_id}"


def document_id_of(upload: str) -> UUID | None:
    """The document of an upload's key, or None when the key is not one that was handed out."""
    try:
        document_id = UUID(upload.removeprefix(UPLOAD_PREFIX))
    except ValueError:
        return None
    return document_id if upload == upload_key(document_id) else None


def page_image_key(document_id: UUID, page_number: int) -> str:
    """The JPEG of a page, in the results bucket."""
    return f"documents/{document_id}/pages/{page_number:04d}.jpg"


def text_key(document_id: UUID) -> str:
    """The whole text, pages parted by form feeds, in the results bucket."""
    return f"documents/{document_id}/text.txt"


def searchable_pdf_key(document_id: UUID) -> str:
    """The searchable PDF, in the results bucket."""
    return f"documents/{document_id}/searchable.pdf"


def output_key(document_id: UUID, output: Output) -> str:
    """A further file that was asked for, in the results bucket."""
    return f"documents/{document_id}/{FILE_NAMES[output]}"


def results_prefix(document_id: UUID) -> str:
    """What the keys of all results of a document begin with, in the results bucket."""
    return f"documents/{document_id}/"
