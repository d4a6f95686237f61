"""Bearer tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class TokenVerifier(Protocol):
    """Checks bearer tokens."""

    def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that is signed by the issuer, valid now and meant for this product.

        Raises:
            TokenError: it is not (one of its subclasses, by reason).
            KeysUnavailableError: the issuer's keys could not be fetched.
            SecretError, CapacityError: the secret that signs tokens could not be read.
        """
