"""What leaves the system: e-mail, webhooks, news for open pages; and each of it once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

Outcome: TypeAlias = dict[str, str | int | None]
"""What came of an action, small and without personal data: it is kept."""


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail in both of its forms."""

    recipient: str
    subject: str
    text: str
    html: str


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
            InProgressError: it is just being done elsewhere; whoever does it ends within their function's time.
            CapacityError: the memory cannot be reached.
        """
