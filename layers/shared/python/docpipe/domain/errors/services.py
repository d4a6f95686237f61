"""Services that did not do what they were asked: waiting, or another attempt, may help."""

from __future__ import annotations

from docpipe.domain.errors.base import DocpipeError


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


class CapacityError(DocpipeError):
    """A service is throttling or full. Waiting helps; it never counts as an attempt."""

    code = "capacity"
    retryable = True


class InProgressError(DocpipeError):
    """The same is just being done elsewhere. That ends within a function's time; it never counts as an attempt."""

    code = "in_progress"
    retryable = True

    def __init__(self) -> None:
        super().__init__("The same is just being done elsewhere. Wait until it has ended, then look again.")
