"""The public keys of a token issuer: fetched from its JSON Web Key Set (RFC 7517), and kept for a while."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

import jwt

from docpipe.domain.errors import KeysUnavailableError, TokenError

FRESH_S: Final = 600
"""How long keys are used before they are fetched anew: a key that its issuer withdrew is taken no longer."""

STALE_S: Final = 3_600
"""How long they go on being used while the issuer cannot be reached."""

COOLDOWN_S: Final = 30
"""Between two fetches that a token with an unknown key, or a failure, brings about: strangers can cause no more."""

_TIMEOUT_S: Final = 3


class SigningKeys:
    """Keys by their id. Not safe for threads.

    Args:
        url: of the key set.
        clock: seconds that only go up.
    """

    def __init__(self, url: str, clock: Callable[[], float] = monotonic) -> None:
        self._client = jwt.PyJWKClient(url, cache_jwk_set=False, timeout=_TIMEOUT_S)
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = self._tried_at = float("-inf")

    def find(self, key_id: str) -> jwt.PyJWK:
        """The key with this id.

        Raises:
            TokenError: the issuer has no such key.
            KeysUnavailableError: the issuer cannot be reached, and its keys are not known or too old.
        """
        age = self._clock() - self._fetched_at
        if (age > FRESH_S or key_id not in self._keys) and self._clock() - self._tried_at > COOLDOWN_S:
            self._fetch()
        if self._clock() - self._fetched_at > STALE_S:
            raise KeysUnavailableError
        if key_id not in self._keys:
            raise TokenError
        return self._keys[key_id]

    def _fetch(self) -> None:
        """Fetch the keys; when that fails, those there are stay."""
        self._tried_at = self._clock()
        try:
            keys = self._client.get_signing_keys()
        except (jwt.PyJWTError, ValueError, OSError):
            # Unreachable, no JSON, no key set, no keys: in each case the issuer does not do its part.
            return
        self._keys = {key.key_id: key for key in keys if key.key_id is not None}
        self._fetched_at = self._clock()
