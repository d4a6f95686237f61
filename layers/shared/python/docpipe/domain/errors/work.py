"""Work that does not go on, for whoever holds it, or at all."""

from __future__ import annotations

from docpipe.domain.errors.base import DocpipeError


class ClaimLostError(DocpipeError):
    """The claim on a piece of work has passed to another attempt; this one must stop and write nothing."""

    code = "claim_lost"

    def __init__(self) -> None:
        super().__init__("Another attempt has taken this work over; this one stops without writing.")


class MessageError(DocpipeError):
    """A queue message that does not fit the contract."""

    code = "message_invalid"


class UploadMissingError(DocpipeError):
    """The object that an event announced is no longer there."""

    code = "upload_missing"

    def __init__(self, message: str = "The uploaded file is no longer stored. Upload it again.") -> None:
        super().__init__(message)


class UploadArchivedError(UploadMissingError):
    """The object is in an archive from which it must be restored before it can be read."""

    code = "upload_archived"

    def __init__(self) -> None:
        super().__init__("The uploaded file has been archived and cannot be read at once. Upload it again.")


class AllPagesFailedError(DocpipeError):
    """Not one page of the document could be read; its pages are kept, each with its reason.

    Args:
        page_count: pages of the document.
        reason: the sentence of its first page, which names the remedy.
    """

    code = "all_pages_failed"

    def __init__(self, page_count: int, reason: str) -> None:
        one = page_count == 1
        told = "The page could not be read." if one else f"None of the {page_count:,} pages could be read. Page 1:"
        super().__init__(f"{told} {reason}")


class AttemptsExhaustedError(DocpipeError):
    """Every attempt failed for a reason that is not the document's."""

    code = "attempts_exhausted"

    def __init__(self, attempts: int, cause: str) -> None:
        super().__init__(
            f"The document could not be processed in {attempts} attempts ({cause}). "
            "Nothing is lost: the operator can resume it from where it stopped."
        )


class DeliveryExhaustedError(DocpipeError):
    """The message was delivered time after time and no attempt could even begin."""

    code = "delivery_exhausted"

    def __init__(self) -> None:
        super().__init__(
            "The document could not be processed because the service was not able to start on it. "
            "Nothing is lost: the operator can resume it from where it stopped."
        )
