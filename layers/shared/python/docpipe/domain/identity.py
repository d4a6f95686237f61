"""Who a token stands for: read from the claims that a deployment names.

A claim is named by its own name or by a path with dots (``app_metadata.docpipe_role``). Several names
are tried in order, so that one setting serves issuers with different habits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docpipe.domain.errors import TenantMissingError
from docpipe.domain.roles import Role, role_of

_RANK = (Role.ADMIN, Role.PREMIUM, Role.MEMBER)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks.

    Attributes:
        subject: the issuer's own id of the user.
        email: None when the token has none, or one that was never confirmed.
    """

    tenant_id: str
    subject: str
    email: str | None
    role: Role

    def context(self) -> dict[str, str]:
        """As an authorizer passes it on: strings alone."""
        return {
            "tenant_id": self.tenant_id,
            "subject": self.subject,
            "email": self.email or "",
            "role": self.role.value,
        }


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Which claims say what, each in the order in which they are tried."""

    tenant: Sequence[str]
    role: Sequence[str]


def identity_of(claims: Mapping[str, Any], names: ClaimNames) -> Identity:
    """Who a checked token stands for.

    Raises:
        TenantMissingError: none of the claims says whose documents its bearer may see.
    """
    tenant = _first(claims, names.tenant)
    if not isinstance(tenant, str) or not tenant.strip():
        raise TenantMissingError
    email = claims.get("email")
    confirmed = isinstance(email, str) and claims.get("email_verified") is not False
    return Identity(
        tenant_id=tenant,
        subject=str(claims["sub"]),
        email=email if confirmed else None,
        role=_highest(_first(claims, names.role)),
    )


def _first(claims: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((value for name in names if (value := _claim(claims, name)) is not None), None)


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name; names may themselves hold dots (``https://scans.example/tenant``)."""
    if name in claims:
        return claims[name]
    value: Any = claims
    for part in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _highest(claim: Any) -> Role:
    """The role that a claim names; of a list of groups, the one that may do most."""
    named = {role_of(name) for name in (claim if isinstance(claim, list) else [claim])}
    return next(role for role in _RANK if role in named or role is Role.MEMBER)
