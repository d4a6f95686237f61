"""Tokens of this machine: who they are for, and the key that signs them for as long as the runtime runs."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

AUDIENCE: Final = "docpipe-local"
LIFETIME_S: Final = 3_600
"""As long as those of Supabase and Cognito live unless told otherwise."""

_ALGORITHM: Final = "ES256"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a token is for."""

    tenant_id: str = "local"
    subject: str = "local-user"
    email: str = "user@docpipe.example"
    role: str = "member"


class LocalIssuer:
    """Signs tokens like those of Supabase. Safe for threads.

    Args:
        address: the tokens' ``iss``; the key set is at ``/.well-known/jwks.json`` below it.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._key_id = uuid4().hex
        self._lock = threading.Lock()
        self._issued: dict[Principal, tuple[float, str]] = {}

    def jwks(self) -> dict[str, Any]:
        """The public key, as a JSON Web Key Set (RFC 7517)."""
        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self._key_id, "use": "sig", "alg": _ALGORITHM}]}

    def issue(self, principal: Principal, *, lifetime_s: float = LIFETIME_S) -> str:
        """A new token."""
        now = time.time()
        claims = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": principal.subject,
            "email": principal.email,
            "app_metadata": {"docpipe_tenant": principal.tenant_id, "docpipe_role": principal.role},
            "iat": int(now),
            "exp": int(now + lifetime_s),
        }
        return jwt.encode(claims, self._key, _ALGORITHM, headers={"kid": self._key_id})

    def token(self, principal: Principal) -> str:
        """A token with at least half of its life before it: the same as long as that is so."""
        with self._lock:
            issued_at, token = self._issued.get(principal, (0.0, ""))
            if time.time() > issued_at + LIFETIME_S / 2:
                issued_at, token = time.time(), self.issue(principal)
                self._issued[principal] = issued_at, token
            return token
