"""Wiring of the authorizer function.

It stands before every request, and its cold start must not pay for the database's driver and AWS's SDK,
which it does without.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from time import monotonic

from docpipe.adapters.signing_keys import SigningKeys
from docpipe.adapters.tokens import JwtVerifier
from docpipe.domain.identity import ClaimNames
from docpipe.pipeline.identify_caller import Gate
from docpipe.settings import AuthorizerSettings

_SECRET_FRESH_S = 300.0
"""How long a secret is used before it is read anew: it may have been turned."""


@cache
def wired() -> Gate:
    """What the function works with."""
    settings = AuthorizerSettings.from_environment()
    verifier = JwtVerifier(
        SigningKeys(settings.auth_jwks_url),
        issuer=settings.auth_issuer,
        audience=settings.auth_audience,
        secret=_secret(settings.auth_secret) if settings.auth_secret is not None else None,
    )
    names = ClaimNames(tenant=_names(settings.auth_tenant_claim), role=_names(settings.auth_role_claim))
    return Gate(verifier, names)


def _names(setting: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in setting.split(","))


def _secret(name: str) -> Callable[[], str]:
    """What gives the secret, read when a token needs it and kept for a while."""
    kept: dict[str, tuple[float, str]] = {}

    def read() -> str:
        if name not in kept or monotonic() - kept[name][0] > _SECRET_FRESH_S:
            kept[name] = monotonic(), _read_secret(name)
        return kept[name][1]

    return read


def _read_secret(name: str) -> str:
    from docpipe.bootstrap.parts.aws import secrets  # noqa: PLC0415 - only tokens signed with a secret need AWS's SDK

    return secrets().read(name)
