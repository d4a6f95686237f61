"""Messages and claims on which nothing more is to be done by whoever holds them."""

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

    def __init__(self) -> None:
        super().__init__("The uploaded file is no longer stored. Upload it again.")
