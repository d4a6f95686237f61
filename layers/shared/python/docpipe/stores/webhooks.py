"""Where tenants want to be told, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from docpipe.domain.webhooks import Disabled, WebhookEventType
from docpipe.messages import DocumentEvent, WebhookReport


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """An address to be told. ``events``: those it is told of; None for all."""

    url: str
    secret: str
    owner_email: str | None
    events: tuple[WebhookEventType, ...] | None = None


class Webhook(BaseModel):
    """A webhook.

    ``events`` is null for all of them. ``failures`` counts the deliveries given up since the last that
    arrived; at five the webhook is disabled. Until ``former_secret_until``, deliveries are signed with the former
    secret too.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    webhook_id: UUID
    url: str
    events: tuple[WebhookEventType, ...] | None
    failures: int
    created_at: datetime
    former_secret_until: datetime | None
    disabled_at: datetime | None
    disabled_reason: Disabled | None


@dataclass(frozen=True, slots=True)
class WebhookChange:
    """What is to be changed; None leaves as it is."""

    url: str | None = None
    events: tuple[WebhookEventType, ...] | None = None
    enabled: bool | None = None


class WebhookDeliveryView(BaseModel):
    """An event on its way to a webhook; ``answered`` and ``error`` tell of the last attempt."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    event_id: UUID
    event: str
    document_id: UUID | None
    attempts: int
    answered: int | None
    error: str | None
    created_at: datetime
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    given_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebhookDeliveryPage:
    """Some deliveries, the newest first. ``next_cursor`` leads to the next ones; None after the last."""

    deliveries: tuple[WebhookDeliveryView, ...]
    next_cursor: str | None


class WebhookStore(Protocol):
    """A tenant's webhooks. Where no other is named, each method raises WebhookNotFoundError for a foreign id.

    Each change is kept in the audit, with its ``actor``, the webhook's id and host, and neither path nor secret.
    """

    def add(self, tenant_id: str, webhook: NewWebhook, *, limit: int, actor: str) -> Webhook:
        """Add a webhook.

        Raises:
            TooManyWebhooksError: there are ``limit`` already.
        """

    def all(self, tenant_id: str) -> tuple[Webhook, ...]:
        """All webhooks of a tenant, the oldest first."""

    def get(self, tenant_id: str, webhook_id: UUID) -> Webhook:
        """One webhook."""

    def change(self, tenant_id: str, webhook_id: UUID, change: WebhookChange, *, actor: str) -> Webhook:
        """Change a webhook; enabling forgets its failures, disabling gives up what is on its way."""

    def renew_secret(self, tenant_id: str, webhook_id: UUID, secret: str, *, overlap_s: int, actor: str) -> Webhook:
        """Sign with a new secret, and for ``overlap_s`` seconds with the former as well."""

    def remove(self, tenant_id: str, webhook_id: UUID, *, actor: str) -> None:
        """Remove a webhook; nothing more is sent to it."""

    def ping(self, tenant_id: str, webhook_id: UUID) -> WebhookDeliveryView:
        """Order the delivery of a test event.

        Raises:
            WebhookDisabledError: nothing is sent to it.
        """

    def redeliver(self, tenant_id: str, webhook_id: UUID, event_id: UUID, *, actor: str) -> WebhookDeliveryView:
        """Order another attempt of a delivery at once; of one that is on its way nothing is ordered.

        It is tried again for as long as attempts are left, once at least.

        Raises:
            WebhookDeliveryNotFoundError: the webhook was sent no such event.
            WebhookDisabledError: nothing is sent to it.
        """

    def deliveries(self, tenant_id: str, webhook_id: UUID, *, limit: int, cursor: str | None) -> WebhookDeliveryPage:
        """What was sent to a webhook, or is to be.

        Raises:
            CursorError: the cursor is none that a list has given.
        """


class WebhookDeliveryStore(Protocol):
    """Deliveries to webhooks: each a row, so that an attempt hours later needs no message that waits."""

    def order(self, event: DocumentEvent) -> int:
        """Order the deliveries of an event to those of its tenant's webhooks that are told of it; returns how many."""

    def note(self, report: WebhookReport, *, chance: float) -> None:
        """Note what came of an attempt, and what follows: done, another one, or given up.

        A webhook that is gone, or has failed too often, is disabled; its owner is told.

        Args:
            chance: a number from 0 to 1 that spreads the waits.
        """

    def order_due(self, *, lost_s: int, limit: int) -> int:
        """Order the attempts that are due, and again those not heard of for ``lost_s`` seconds; returns how many."""

    def forget(self, *, older_than_days: int) -> int:
        """Delete deliveries that ended; returns how many."""
