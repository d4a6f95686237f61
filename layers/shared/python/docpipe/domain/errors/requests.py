"""Requests that cannot be granted, with what the caller can do instead."""

from __future__ import annotations

from docpipe.domain.errors.base import DocpipeError


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
