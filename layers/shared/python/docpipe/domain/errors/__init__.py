"""Every error of the product, with its code, its sentence and whether a retry can help.

What follows from an error is told by its family, and each family has a module here::

    DocpipeError
    ├── DocumentError           documents   a fault of the file: permanent, told to its owner
    ├── PageError               pages       a fault of one page: the rest of the document goes on
    ├── TransientError          services    an attempt failed, the next may not
    ├── CapacityError           services    throttled or full: wait; never counted as an attempt
    ├── InProgressError         services    the same is just being done elsewhere: wait for its end
    ├── ClaimLostError          work        another attempt took the work over: stop, write nothing
    ├── MessageError            work        a queue message that no version of this code sent
    ├── AttemptsExhaustedError  work        every attempt failed, and the document with it
    ├── DeliveryExhaustedError  work        no attempt could even begin, time after time
    ├── UploadMissingError      work        the object named by the event is gone, or archived (UploadArchivedError)
    ├── AllPagesFailedError     work        not one page could be read; a retry reads them again
    ├── TokenError              tokens      a bearer token that is not taken; its caller learns no more than that
    └── RequestError            requests    a caller asked for something that cannot be given

Messages are safe to show to the owner of a document and to log: they never quote content,
file names or addresses.
"""

from __future__ import annotations

from docpipe.domain.errors.base import DocpipeError
from docpipe.domain.errors.documents import (
    DecompressionBombError,
    DocumentError,
    EmptyFileError,
    EncryptedFileError,
    FileTooLargeError,
    LanguageUnavailableError,
    NoPagesError,
    TooManyPagesError,
    UnreadableFileError,
    UnsupportedFormatError,
)
from docpipe.domain.errors.pages import (
    PageError,
    PageTimeoutError,
    PageTooLargeError,
    PageUnreadableError,
    PageWorkerDiedError,
)
from docpipe.domain.errors.requests import (
    BatchNotFoundError,
    CursorError,
    DocumentNotFoundError,
    ForbiddenError,
    IdempotencyConflictError,
    LiveMessageError,
    NotCancellableError,
    NotRetryableError,
    PageNotFoundError,
    RateLimitError,
    RequestError,
    ResultsNotReadyError,
    TooManyWebhooksError,
    UnknownQueueError,
    WebhookAddressError,
    WebhookDeliveryNotFoundError,
    WebhookDisabledError,
    WebhookNotFoundError,
)
from docpipe.domain.errors.services import (
    CapacityError,
    DatabaseError,
    FunctionError,
    InProgressError,
    KeysUnavailableError,
    MailError,
    PushError,
    QueueError,
    SecretError,
    StorageError,
    TransientError,
)
from docpipe.domain.errors.tokens import TenantMissingError, TokenError, TokenExpiredError, TokenForeignError
from docpipe.domain.errors.work import (
    AllPagesFailedError,
    AttemptsExhaustedError,
    ClaimLostError,
    DeliveryExhaustedError,
    MessageError,
    UploadArchivedError,
    UploadMissingError,
)

__all__ = [
    "AllPagesFailedError",
    "AttemptsExhaustedError",
    "BatchNotFoundError",
    "CapacityError",
    "ClaimLostError",
    "CursorError",
    "DatabaseError",
    "DecompressionBombError",
    "DeliveryExhaustedError",
    "DocpipeError",
    "DocumentError",
    "DocumentNotFoundError",
    "EmptyFileError",
    "EncryptedFileError",
    "FileTooLargeError",
    "ForbiddenError",
    "FunctionError",
    "IdempotencyConflictError",
    "InProgressError",
    "KeysUnavailableError",
    "LanguageUnavailableError",
    "LiveMessageError",
    "MailError",
    "MessageError",
    "NoPagesError",
    "NotCancellableError",
    "NotRetryableError",
    "PageError",
    "PageNotFoundError",
    "PageTimeoutError",
    "PageTooLargeError",
    "PageUnreadableError",
    "PageWorkerDiedError",
    "PushError",
    "QueueError",
    "RateLimitError",
    "RequestError",
    "ResultsNotReadyError",
    "SecretError",
    "StorageError",
    "TenantMissingError",
    "TokenError",
    "TokenExpiredError",
    "TokenForeignError",
    "TooManyPagesError",
    "TooManyWebhooksError",
    "TransientError",
    "UnknownQueueError",
    "UnreadableFileError",
    "UnsupportedFormatError",
    "UploadArchivedError",
    "UploadMissingError",
    "WebhookAddressError",
    "WebhookDeliveryNotFoundError",
    "WebhookDisabledError",
    "WebhookNotFoundError",
]
