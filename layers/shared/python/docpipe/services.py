"""The services the use cases call, as protocols: object storage, queues, mail, open pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from docpipe.stores import Envelope

Outcome: TypeAlias = dict[str, str | int | None]
"""What came of an action, small and without personal data: it is kept."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What storage says of an object."""

    byte_size: int
    version_id: str | None


class ObjectStore(Protocol):
    """One bucket."""

    def head(self, key: str, version_id: str | None = None) -> StoredObject:
        """What is known of an object.

        Raises:
            UploadMissingError: there is no such object.
        """

    def download(self, key: str, path: Path, version_id: str | None = None) -> None:
        """Write an object to a file, a piece at a time.

        Raises:
            UploadMissingError: there is no such object.
            StorageError: the object could not be read.
            CapacityError: storage is throttling.
        """

    def get(self, key: str) -> bytes:
        """A small object's bytes. Raises as ``download``."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store a small object.

        Raises:
            StorageError: the object could not be written.
            CapacityError: storage is throttling.
        """

    def upload(self, key: str, path: Path, content_type: str, filename: str | None = None) -> None:
        """Store a file, a piece at a time; ``filename`` is what a browser will save it as. Raises as ``put``."""

    def holds(self, key: str) -> bool:
        """Whether there is an object of that key, asked without the right to read it.

        Raises:
            StorageError, CapacityError: storage does not say.
        """

    def erase(self, prefix: str) -> int:
        """Delete every version of every object whose key begins with ``prefix``; returns how many versions.

        Raises:
            StorageError: some could not be deleted.
            CapacityError: storage is throttling.
        """

    def link(self, key: str, *, expires_s: int) -> str:
        """An address from which anyone may fetch the object for ``expires_s`` seconds."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A presigned POST: send ``fields`` in order, then the file as ``file``, as multipart/form-data to ``url``."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


class UploadDesk(Protocol):
    """Hands out forms by which a browser uploads straight to the uploads bucket."""

    def form(self, key: str, *, max_bytes: int, content_type: str | None, expires_s: int) -> UploadForm:
        """A form for one object, that refuses an empty file, one over ``max_bytes``, and another type."""


class MessageQueue(Protocol):
    """The stage's queues, by name."""

    def send(self, envelopes: Sequence[Envelope]) -> None:
        """Send messages, each to its queue.

        Raises:
            QueueError: some were not taken (others may have been).
            CapacityError: the service is throttling.
        """

    def set_visibility(self, queue: str, receipt: str, seconds: int) -> None:
        """Have a received message come back in ``seconds``, unless it is deleted before.

        Raises:
            QueueError: the receipt is no longer valid.
        """

    def peek(self, queue: str, *, limit: int) -> list[str]:
        """Bodies of waiting messages, which stay where they are; about ``limit`` of them at most."""

    def waiting(self, queue: str) -> int:
        """About how many messages wait in a queue.

        Raises:
            QueueError, CapacityError: the service did not tell.
        """

    def redrive(self, queue: str, *, limit: int) -> int:
        """Move messages from a queue's dead-letter queue back to it; returns how many, about ``limit`` at most.

        Raises:
            QueueError, CapacityError: some could not be moved; those may come twice.
        """

    def named(self, arn: str) -> str:
        """The name, without the stage's prefix, of the queue with this ARN."""


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail in both of its forms."""

    recipient: str
    subject: str
    text: str
    html: str


class TokenVerifier(Protocol):
    """Checks bearer tokens."""

    def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that is signed by the issuer, valid now and meant for this product.

        Raises:
            TokenError: it is not (one of its subclasses, by reason).
            KeysUnavailableError: the issuer's keys could not be fetched.
            SecretError, CapacityError: the secret that signs tokens could not be read.
        """


class Mailer(Protocol):
    """Sends e-mail."""

    def send(self, mail: Mail) -> None:
        """Hand one e-mail over.

        Raises:
            MailError: it was not taken.
            CapacityError: the service is throttling.
        """


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What came of a request: an HTTP status, or a code that says why there was no answer."""

    answered: int | None
    error: str | None = None


class WebhookCaller(Protocol):
    """Sends requests to addresses that others have named."""

    def post(self, url: str, headers: Mapping[str, str], body: str) -> WebhookAnswer:
        """Send one request, to a public address only, within seconds; redirects are not followed.

        It raises nothing that the address or its owner can bring about.
        """


class Connections(Protocol):
    """Which pages are open, by tenant.

    Every method raises PushError when the register cannot be reached, and CapacityError when it is throttling.
    """

    def add(self, tenant_id: str, connection_id: str) -> None:
        """Note an open page. It is forgotten by itself once its connection must have ended."""

    def remove(self, tenant_id: str, connection_id: str) -> None:
        """Forget one, if it is known."""

    def of(self, tenant_id: str, *, limit: int) -> list[str]:
        """The connections of a tenant's open pages, ``limit`` at most."""


class Pusher(Protocol):
    """Tells the pages that a tenant has open."""

    def push(self, tenant_id: str, message: Mapping[str, object]) -> None:
        """Send a message to every open page of the tenant; pages that have gone are passed over.

        Raises:
            PushError: it could not be sent.
            CapacityError: the service is throttling.
        """


class Once(Protocol):
    """Remembers what was done, so that what comes twice is done once."""

    def __call__(self, key: str, action: Callable[[], Outcome], *, remaining_ms: Callable[[], int]) -> Outcome:
        """Do it, or give what it gave when it was done before.

        An action that raises was not done, and may be tried again. One that died without a word may be
        tried again once its function has run out of time, and only then is it done twice, if at all.

        Args:
            remaining_ms: milliseconds that the function has left.

        Raises:
            CapacityError: it is just being done elsewhere, or the memory cannot be reached.
        """
