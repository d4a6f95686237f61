"""What callers may do, by the role that the authorizer found out."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A caller's role. One that is not known counts as MEMBER: the least that anyone may."""

    MEMBER = "member"
    PREMIUM = "premium"
    ADMIN = "admin"

    @property
    def has_priority(self) -> bool:
        """Whether documents of this caller take the priority lane."""
        return self in (Role.PREMIUM, Role.ADMIN)

    @property
    def operates(self) -> bool:
        """Whether this caller may see and steer the system as a whole."""
        return self is Role.ADMIN


def role_of(claim: object) -> Role:
    """The role that a token's claim stands for."""
    try:
        return Role(str(claim))
    except ValueError:
        return Role.MEMBER
