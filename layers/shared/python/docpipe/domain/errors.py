"""Every error of the product, with its code, its sentence and whether a retry can help.

The tree::

    DocpipeError
    ├── DocumentError            a fault of the file: permanent, told to its owner
    │   ├── EmptyFileError           the upload holds no bytes
    │   ├── UnsupportedFormatError   not one of the formats read here
    │   ├── UnreadableFileError      the right format, but damaged beyond reading
    │   ├── NoPagesError             the right format, sound, and without a page
    │   ├── EncryptedFileError       a password is needed
    │   ├── TooManyPagesError        over the page limit
    │   ├── FileTooLargeError        over the byte limit
    │   ├── DecompressionBombError   small file, enormous content
    │   └── LanguageUnavailableError no recognition data for the language asked for
    ├── PageError                a fault of one page: the rest of the document goes on
    │   ├── PageTimeoutError         over the time limit of a page
    │   ├── PageTooLargeError        more pixels than a page worker may hold
    │   ├── PageUnreadableError      the page cannot be drawn
    │   └── PageWorkerDiedError      the worker process ended without an answer
    ├── TransientError           an attempt failed, the next may not
    │   ├── StorageError             S3 did not take or give an object
    │   ├── QueueError               SQS did not take a message
    │   ├── DatabaseError            PostgreSQL refused a statement
    │   ├── MailError                SES did not take a message
    │   ├── PushError                the WebSocket API did not take a message
    │   ├── SecretError              Secrets Manager did not give a secret
    │   ├── FunctionError            another function did not do what it was asked
    │   └── KeysUnavailableError     the token issuer's keys could not be fetched
    ├── CapacityError            throttled or full: wait; never counted as an attempt
    ├── ClaimLostError           another attempt took the work over: stop, write nothing
    ├── MessageError             a queue message that no version of this code sent
    ├── UploadMissingError       the object named by the event is gone
    ├── TokenError               a bearer token that is not taken; its caller learns no more than that
    │   ├── TokenExpiredError        good once
    │   ├── TokenForeignError        of another issuer, or for another audience
    │   └── TenantMissingError       sound, but it does not say whose documents may be seen
    └── RequestError             a caller asked for something that cannot be given
        ├── DocumentNotFoundError    no such document for this tenant
        ├── BatchNotFoundError       no such batch for this tenant
        ├── PageNotFoundError        no such page, or not finished yet
        ├── WebhookNotFoundError     no such webhook for this tenant
        ├── WebhookDeliveryNotFoundError no such delivery to this webhook
        ├── ResultsNotReadyError     whole text and searchable PDF do not exist (yet)
        ├── CursorError              a cursor that no list has given
        ├── IdempotencyConflictError the key was used for another request
        ├── NotCancellableError      the document has ended already
        ├── NotRetryableError        nothing that a retry could mend
        ├── TooManyWebhooksError     over the limit of a tenant
        ├── WebhookAddressError      not an address of the internet, or not https
        ├── WebhookDisabledError     nothing is sent to it until it is enabled
        ├── RateLimitError           too many requests; says when to come back
        ├── UnknownQueueError        no queue of that name
        ├── LiveMessageError         a WebSocket message that is none of the protocol
        └── ForbiddenError           the caller's role does not allow it

Messages are safe to show to the owner of a document and to log: they never quote content,
file names or addresses.
"""

from __future__ import annotations

from typing import ClassVar


class DocpipeError(Exception):
    """Base of every error raised on purpose.

    Attributes:
        code: stable identifier, snake_case, part of the public contract.
        retryable: whether the same work may succeed when it is tried again.
    """

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False

    @property
    def message(self) -> str:
        """One or two sentences: what happened, and what to do about it."""
        return str(self)


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
            f"The file has {byte_size / 1e6:,.0f} MB; at most {limit / 1e6:,.0f} MB are read. "
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


class PageError(DocpipeError):
    """One page cannot be read. It is kept as a failed page with this code; the rest goes on."""

    code = "page_error"


class PageTimeoutError(PageError):
    """Reading the page took longer than a page may take."""

    code = "page_timeout"

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(
            f"Reading this page took longer than {limit_seconds:.0f} s. Scan the page again in black and white or grey."
        )


class PageTooLargeError(PageError):
    """The page has more pixels than a page worker may hold."""

    code = "page_too_large"

    def __init__(self) -> None:
        super().__init__("This page is too large to be read. Scan it again at 300 dpi or less.")


class PageUnreadableError(PageError):
    """The content of the page is damaged."""

    code = "page_unreadable"

    def __init__(self) -> None:
        super().__init__("This page is damaged and cannot be drawn. Scan the page again.")


class PageWorkerDiedError(PageError):
    """The process reading the page ended without an answer, most often for want of memory."""

    code = "page_worker_died"

    def __init__(self) -> None:
        super().__init__(
            "Reading this page stopped the reader, most likely for want of memory. Scan the page again at 300 dpi."
        )


class TransientError(DocpipeError):
    """An attempt failed for a reason that may pass."""

    code = "transient_error"
    retryable = True


class StorageError(TransientError):
    """S3 did not take or give an object."""

    code = "storage_error"


class QueueError(TransientError):
    """SQS did not take a message or a change of its visibility."""

    code = "queue_error"


class DatabaseError(TransientError):
    """PostgreSQL refused a statement or the connection broke."""

    code = "database_error"


class MailError(TransientError):
    """SES did not take a message."""

    code = "mail_error"


class PushError(TransientError):
    """The WebSocket API did not take a message, or who is connected could not be found out."""

    code = "push_error"


class SecretError(TransientError):
    """Secrets Manager did not give a secret."""

    code = "secret_error"


class FunctionError(TransientError):
    """Another function could not be invoked, or failed."""

    code = "function_error"


class KeysUnavailableError(TransientError):
    """The token issuer's keys could not be fetched, so that no token can be checked."""

    code = "keys_unavailable"

    def __init__(self) -> None:
        super().__init__(
            "The token issuer's keys could not be fetched. Check AUTH_JWKS_URL and whether the issuer is up; "
            "requests are taken again by themselves once it answers."
        )


class TokenError(DocpipeError):
    """The token is malformed, not signed by a key of the issuer, or not valid yet."""

    code = "token_invalid"

    def __init__(self, message: str = "The token is not signed by the issuer. Sign in again.") -> None:
        super().__init__(message)


class TokenExpiredError(TokenError):
    """The token was good once."""

    code = "token_expired"

    def __init__(self) -> None:
        super().__init__("The token has expired. Sign in again, or have it renewed.")


class TokenForeignError(TokenError):
    """The token is of another issuer, or for another audience."""

    code = "token_foreign"

    def __init__(self) -> None:
        super().__init__("The token is of another issuer or for another audience. Check auth_issuer and auth_audience.")


class TenantMissingError(TokenError):
    """The token does not say whose documents its bearer may see."""

    code = "tenant_missing"

    def __init__(self) -> None:
        super().__init__("The token names no tenant. Check auth_tenant_claim, or give the user a tenant.")


class CapacityError(DocpipeError):
    """A service is throttling or full. Waiting helps; it never counts as an attempt."""

    code = "capacity"
    retryable = True


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


class RequestError(DocpipeError):
    """A caller of the API asked for something that cannot be given."""

    code = "request_error"


class DocumentNotFoundError(RequestError):
    """No document with that id belongs to the tenant."""

    code = "document_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such document. Check the id, or list your documents.")


class ResultsNotReadyError(RequestError):
    """Whole text and searchable PDF do not exist (yet)."""

    code = "results_not_ready"

    def __init__(self) -> None:
        super().__init__("The results are not ready. Ask for the document's status; they exist once it is completed.")


class BatchNotFoundError(RequestError):
    """No document of that batch belongs to the tenant."""

    code = "batch_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such batch. Check the id, or list your documents.")


class PageNotFoundError(RequestError):
    """The page is not finished yet, or the document has none of that number."""

    code = "page_not_found"

    def __init__(self) -> None:
        super().__init__("This page is not there. Check its number; a page can be read as soon as it is finished.")


class WebhookNotFoundError(RequestError):
    """No webhook with that id belongs to the tenant."""

    code = "webhook_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such webhook. Check the id, or list your webhooks.")


class WebhookDeliveryNotFoundError(RequestError):
    """The webhook was sent no such event, or it was forgotten since."""

    code = "webhook_delivery_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such delivery. Check the event's id, or list the deliveries of the webhook.")


class CursorError(RequestError):
    """A cursor that no list has given."""

    code = "cursor_invalid"

    def __init__(self) -> None:
        super().__init__("This cursor is none that a list has given. Leave it out to begin at the first entry.")


class IdempotencyConflictError(RequestError):
    """The idempotency key was used before, for another request."""

    code = "idempotency_conflict"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request. Send a new key with a new request.")


class NotCancellableError(RequestError):
    """The document has ended already."""

    code = "not_cancellable"

    def __init__(self) -> None:
        super().__init__("The document has ended already and cannot be cancelled. Delete it if you do not want it.")


class NotRetryableError(RequestError):
    """There is no failed work that could be done again."""

    code = "not_retryable"

    def __init__(self) -> None:
        super().__init__("There is nothing here that another try could mend. Upload the file again if it was changed.")


class TooManyWebhooksError(RequestError):
    """The tenant has as many webhooks as it may have."""

    code = "too_many_webhooks"

    def __init__(self, limit: int) -> None:
        super().__init__(f"There are {limit} webhooks already, and no more can be kept. Delete one of them first.")


class WebhookAddressError(RequestError):
    """The address of a webhook is not one that anything is sent to."""

    code = "webhook_address_refused"

    def __init__(self) -> None:
        super().__init__("A webhook needs an https address of a public host, without a user and without a fragment.")


class WebhookDisabledError(RequestError):
    """The webhook is disabled."""

    code = "webhook_disabled"

    def __init__(self) -> None:
        super().__init__("The webhook is disabled, so nothing is sent to it. Enable it first.")


class RateLimitError(RequestError):
    """The tenant has sent more requests than it may.

    Attributes:
        after_s: whole seconds until the same request can be taken.
    """

    code = "rate_limited"

    def __init__(self, after_s: int) -> None:
        super().__init__(f"There were too many requests in a short time. Try again in {after_s} s.")
        self.after_s = after_s


class UnknownQueueError(RequestError):
    """There is no work queue of that name."""

    code = "queue_unknown"

    def __init__(self) -> None:
        super().__init__("There is no queue of this name. The overview names them all.")


class LiveMessageError(RequestError):
    """A message over the WebSocket that is none of the protocol."""

    code = "live_message_invalid"

    def __init__(self) -> None:
        super().__init__("This message is not understood. Send a sync with at most 600 documents, or a ping.")


class ForbiddenError(RequestError):
    """The caller's role does not allow what was asked for."""

    code = "forbidden"

    def __init__(self) -> None:
        super().__init__("This needs the role of an operator. Sign in with an account that has it.")
