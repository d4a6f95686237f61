"""Faults of a file: permanent, and told to its owner."""

from __future__ import annotations

from docpipe.domain.errors.base import DocpipeError
from docpipe.domain.figures import size_in_words


class DocumentError(DocpipeError):
    """The file itself cannot be processed; trying again gives the same answer."""

    code = "document_error"


class EmptyFileError(DocumentError):
    """The upload holds no bytes."""

    code = "file_empty"

    def __init__(self) -> None:
        super().__init__("The file is empty. Check that it opens on your device, then upload it again.")


class UnsupportedFormatError(DocumentError):
    """The leading bytes belong to none of the formats read here."""

    code = "format_unsupported"

    def __init__(self) -> None:
        super().__init__(
            "This kind of file cannot be read. Upload a PDF, JPEG, PNG, TIFF, HEIC, WebP or another image file."
        )


class UnreadableFileError(DocumentError):
    """The file announces a supported format but cannot be opened."""

    code = "file_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "The file is damaged and cannot be opened. Scan or export the document again, then upload the new file."
        )


class NoPagesError(DocumentError):
    """The file is sound but has no page."""

    code = "no_pages"

    def __init__(self) -> None:
        super().__init__("The document has no pages. Scan or export it again, then upload the new file.")


class EncryptedFileError(DocumentError):
    """The file needs a password to be opened."""

    code = "file_encrypted"

    def __init__(self) -> None:
        super().__init__(
            "The file is protected by a password. Save a copy without the password, then upload that copy."
        )


class TooManyPagesError(DocumentError):
    """The document has more pages than the limit."""

    code = "too_many_pages"

    def __init__(self, page_count: int, limit: int) -> None:
        super().__init__(
            f"The document has {page_count:,} pages; at most {limit:,} are read. Split it, then upload the parts."
        )


class FileTooLargeError(DocumentError):
    """The upload has more bytes than the limit."""

    code = "file_too_large"

    def __init__(self, byte_size: int, limit: int) -> None:
        super().__init__(
            f"The file has {size_in_words(byte_size)}; at most {size_in_words(limit)} are read. "
            "Scan at a lower resolution or split it, then upload it again."
        )


class DecompressionBombError(DocumentError):
    """Opening the file needs far more memory or time than a document of its size ever should."""

    code = "file_too_complex"

    def __init__(self) -> None:
        super().__init__(
            "The file unpacks to far more than a document should. Print it to a new PDF or scan it, then upload that."
        )


class LanguageUnavailableError(DocumentError):
    """No recognition data is installed for a language that was asked for."""

    code = "language_unavailable"

    def __init__(self, missing: str, available: str) -> None:
        super().__init__(f"Text in '{missing}' cannot be recognised here. Choose from: {available}.")
