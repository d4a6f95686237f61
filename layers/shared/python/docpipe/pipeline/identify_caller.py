"""Finds out whom a bearer token stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docpipe.domain.identity import ClaimNames, Identity, identity_of

if TYPE_CHECKING:
    from docpipe.services import TokenVerifier


@dataclass(frozen=True, slots=True)
class Gate:
    """What the use case works with.

    Attributes:
        names: which claims say what.
    """

    verifier: TokenVerifier
    names: ClaimNames


def identify_caller(token: str, gate: Gate) -> Identity:
    """Whom a token stands for.

    Raises:
        TokenError: it is not taken (one of its subclasses, by reason).
        KeysUnavailableError, SecretError, CapacityError: it cannot be checked now.
    """
    return identity_of(gate.verifier.claims(token), gate.names)
