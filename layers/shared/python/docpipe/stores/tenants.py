"""What tenants keep beside their documents: how often they have asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypedDict

from docpipe.domain.limits import RateLimit


class RateLimiter(Protocol):
    """Counts the requests of each tenant."""

    def take(self, tenant_id: str, limit: RateLimit, tokens: int = 1) -> None:
        """Take tokens out of a tenant's bucket.

        Raises:
            RateLimitError: there are not so many in it; says when there will be.
        """


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """What a tenant has chosen.

    Attributes:
        email_opt_out: whether it wants no e-mail.
        default_languages: of documents that name none, as Tesseract joins them: ``eng+spa``; None for the
            deployment's own.
    """

    email_opt_out: bool
    default_languages: str | None


class SettingsChange(TypedDict, total=False):
    """What is to be changed; what is left out stays as it is."""

    email_opt_out: bool
    default_languages: str | None


class SettingsStore(Protocol):
    """What tenants have chosen."""

    def get(self, tenant_id: str) -> TenantSettings:
        """A tenant's settings; the usual ones where it has chosen none."""

    def change(self, tenant_id: str, change: SettingsChange, *, actor: str) -> TenantSettings:
        """Change a tenant's settings, and keep in the audit who did."""
