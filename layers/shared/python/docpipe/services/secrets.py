"""A secret that a function keeps, and the key pairs in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """What a secret holds since it was last written."""

    version_id: str
    text: str = field(repr=False)


class SecretKeeper(Protocol):
    """One secret."""

    def current(self) -> SecretVersion | None:
        """Its newest version, or None where nothing was written yet.

        Raises:
            SecretError: it does not exist, may not be read, or holds no text.
            CapacityError: the service is throttling.
        """

    def write(self, text: str) -> str:
        """Make a new version; its id. Raises as ``current``."""


class KeyPairs(Protocol):
    """Makes key pairs whose private half signs; both halves are PEM."""

    def private_key(self) -> str:
        """The private half of a new pair."""

    def public_half_of(self, private_key: str) -> str:
        """The public half of a pair."""
