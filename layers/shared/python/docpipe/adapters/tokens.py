"""JSON Web Tokens: their signatures by the issuer's published keys (ES256, RS256), or by a secret (HS256)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import jwt

from docpipe.adapters.signing_keys import SigningKeys
from docpipe.domain.errors import TokenError, TokenExpiredError, TokenForeignError

LEEWAY_S: Final = 30
"""How far the clocks of the issuer and of this machine may be apart."""

_PUBLISHED: Final = frozenset({"ES256", "RS256"})
_SHARED: Final = "HS256"
_REQUIRED: Final = ["exp", "iss", "aud", "sub"]


class JwtVerifier:
    """Checks tokens of one issuer for one audience.

    The algorithm in a token's header only chooses where its key comes from, and the key then has to be of
    that algorithm: a public key never serves as a secret, and ``none`` has no key at all.

    Args:
        keys: the issuer's published keys.
        secret: gives the shared secret, or None where no token may be signed with one.
    """

    def __init__(self, keys: SigningKeys, *, issuer: str, audience: str, secret: Callable[[], str] | None) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._secret = secret

    def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that is to be believed."""
        algorithm, key = self._key_of(token)
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_S,
                options={"require": _REQUIRED, "enforce_minimum_key_length": True},
            )
        except jwt.ExpiredSignatureError:
            raise TokenExpiredError from None
        except (jwt.InvalidIssuerError, jwt.InvalidAudienceError):
            raise TokenForeignError from None
        except (jwt.ImmatureSignatureError, jwt.InvalidIssuedAtError):
            raise TokenError("The token is not valid yet. Check the clock of its issuer.") from None
        except jwt.PyJWTError:
            # The library's words may quote the token.
            raise TokenError from None
        return claims

    def _key_of(self, token: str) -> tuple[str, Any]:
        """The algorithm of a token and the key for it, from where keys of that algorithm come."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise TokenError("This is no token. Send 'Authorization: Bearer' and a JSON Web Token.") from None
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm == _SHARED and self._secret is not None:
            return _SHARED, self._secret()
        if algorithm not in _PUBLISHED or not isinstance(key_id, str):
            raise TokenError("The token is signed in a way that is not taken here. ES256 and RS256 are.")
        key = self._keys.find(key_id)
        if key.algorithm_name != algorithm:
            raise TokenError
        return algorithm, key.key
