"""What tenants keep beside their documents: how often they have asked, and where they want to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from docpipe.domain.limits import RateLimit


class RateLimiter(Protocol):
    """Counts the requests of each tenant."""

    def take(self, tenant_id: str, limit: RateLimit, tokens: int = 1) -> None:
        """Take tokens out of a tenant's bucket.

        Raises:
            RateLimitError: there are not so many in it; says when there will be.
        """


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of a tenant's documents; the secret that signs what is sent is not shown again."""

    webhook_id: UUID
    url: str
    created_at: datetime
    disabled_at: datetime | None


class WebhookStore(Protocol):
    """A tenant's webhooks."""

    def add(self, tenant_id: str, url: str, secret: str, *, limit: int) -> Webhook:
        """Add a webhook.

        Raises:
            TooManyWebhooksError: there are ``limit`` already.
        """

    def all(self, tenant_id: str) -> tuple[Webhook, ...]:
        """All webhooks of a tenant, the oldest first."""

    def remove(self, tenant_id: str, webhook_id: UUID) -> None:
        """Remove a webhook; nothing more is sent to it.

        Raises:
            WebhookNotFoundError: the tenant has no such webhook.
        """
