"""Webhooks: which addresses are taken, how deliveries are signed, and what follows from an answer."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from enum import StrEnum
from ipaddress import IPv4Address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from docpipe.domain.errors import WebhookAddressError

RETRY_AFTER_S: Final = (60, 300, 1_800, 7_200, 43_200)
"""Seconds between an attempt and the next: six attempts within about 15 hours."""

JITTER: Final = 0.2
"""Share by which a wait is longer or shorter, so that deliveries that failed together do not come back together."""

DISABLE_AFTER: Final = 5
"""Deliveries given up in a row, each after all of its attempts, that disable a webhook."""

SECRET_OVERLAP_S: Final = 86_400
"""How long deliveries are signed with the former secret as well, once there is a new one."""

_PRIVATE: Final = frozenset({"local", "internal", "localhost"})
"""Ends of names that mean this machine or this network (RFC 6761, RFC 6762, ICANN 2024)."""

_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A label that resolvers take for a part of an address; hosts are lower case here."""

_GONE: Final = 410
"""The status by which an address says that it wants nothing more (RFC 9110)."""


class WebhookEventType(StrEnum):
    """What a webhook is told of: each change of a document's state, and that all of a batch has ended.

    News of each page are not among them: they would be a request a page.
    """

    QUEUED = "document.queued"
    PROCESSING = "document.processing"
    ASSEMBLING = "document.assembling"
    COMPLETED = "document.completed"
    COMPLETED_WITH_FAILURES = "document.completed_with_failures"
    FAILED = "document.failed"
    CANCELLED = "document.cancelled"
    EXPIRED = "document.expired"
    BATCH_FINISHED = "batch.finished"


class Verdict(StrEnum):
    """What follows from an attempt."""

    DELIVERED = "delivered"
    RETRY = "retry"
    GIVEN_UP = "given_up"
    GONE = "gone"


class Disabled(StrEnum):
    """Why a webhook is told nothing any more."""

    BY_OWNER = "by_owner"
    FAILING = "failing"
    GONE = "gone"


def judge(answered: int | None, *, attempt: int, attempts: int) -> Verdict:
    """What follows from the answer to attempt number ``attempt`` (from 1) of ``attempts``.

    Args:
        answered: HTTP status; None when there was no answer.
    """
    if answered is not None and answered // 100 == 2:
        return Verdict.DELIVERED
    if answered == _GONE:
        return Verdict.GONE
    return Verdict.RETRY if attempt < attempts else Verdict.GIVEN_UP


def wait_s(attempt: int, *, chance: float) -> int:
    """Seconds from a failed attempt number ``attempt`` (from 1) to the next; ``chance`` is a number from 0 to 1."""
    return round(RETRY_AFTER_S[attempt - 1] * (1 + JITTER * (2 * chance - 1)))


def signature(secrets: Sequence[str], *, timestamp: int, body: str) -> str:
    """The header ``Docpipe-Signature``: ``t=<seconds>,v1=<hex>``, with a ``v1`` for each secret.

    Each is HMAC-SHA256, keyed with the secret, of the time, a full stop and the body.
    """
    signed = f"{timestamp}.{body}".encode()
    hashes = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={each}" for each in hashes)])


def checked(url: str, trusted_hosts: frozenset[str]) -> SplitResult:
    """The parts of a webhook's address.

    Args:
        trusted_hosts: hosts that need no TLS and may be private: of this machine, where everything runs on it.

    Raises:
        WebhookAddressError: the address is not https, names a user, or names a host that is not public.
    """
    parts = urlsplit(url)
    host = parts.hostname
    try:
        parts.port  # noqa: B018 - read to have it checked
    except ValueError:
        raise WebhookAddressError from None
    if not host or parts.username is not None or parts.fragment:
        raise WebhookAddressError
    if host in trusted_hosts:
        return parts
    name = host.removesuffix(".")
    labels = name.split(".")
    if parts.scheme != "https" or len(labels) < 2 or not all(labels) or labels[-1] in _PRIVATE:
        raise WebhookAddressError
    if _NUMBER.fullmatch(labels[-1]) and not is_public(name):
        # A name whose last label is a number is an address (URL standard, "ends in a number").
        raise WebhookAddressError
    return parts


def is_public(address: str) -> bool:
    """Whether an IPv4 address is one of the internet's.

    Private, loopback, link-local (where clouds keep their metadata), shared, reserved and multicast ones are not.
    """
    try:
        parsed = IPv4Address(address)
    except ValueError:
        return False
    return parsed.is_global and not parsed.is_multicast
