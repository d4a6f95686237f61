"""Webhooks and what was delivered to them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from docpipe.domain.webhooks import WebhookEventType
from docpipe.stores import Webhook, WebhookDeliveryView

Url = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$", max_length=2_000)]
Events = Annotated[tuple[WebhookEventType, ...], Field(min_length=1, max_length=len(WebhookEventType))]


class CreateWebhook(BaseModel):
    """An https address to be told. Without ``events`` it is told of all of them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"url": "https://clinic.example/docpipe", "events": ["document.completed", "document.failed"]}]
        },
    )

    url: Url
    events: Events | None = None


class ChangeWebhook(BaseModel):
    """What is to be changed; what is left out stays as it is. Enabling forgets past failures."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"enabled": True}]})

    url: Url | None = None
    events: Events | None = None
    enabled: Annotated[bool | None, Field(strict=True)] = None


class WebhookWithSecret(Webhook):
    """A webhook with the secret that signs what is sent to it; the secret is shown this once."""

    secret: str


class Webhooks(BaseModel):
    """All webhooks of the tenant, the oldest first."""

    webhooks: list[Webhook]


class WebhookDelivery(WebhookDeliveryView):
    """An event on its way to a webhook.

    ``answered`` is the HTTP status of the last attempt; when there was none, ``error`` says why:
    ``timeout``, ``connection_failed``, ``tls_failed``, ``host_unknown``, ``address_refused``. ``next_attempt_at`` is
    null while an attempt is on its way, and when there is no further one.
    """

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "event_id": "8e7a1f6e-36b5-4d52-9b0f-0f4f7d7f9c11",
                    "event": "document.completed",
                    "document_id": "28764cf5-7870-4f17-814a-ebae7f2a123a",
                    "attempts": 2,
                    "answered": 204,
                    "error": None,
                    "created_at": "2026-11-25T10:41:10Z",
                    "next_attempt_at": None,
                    "delivered_at": "2026-11-25T10:42:16Z",
                    "given_up_at": None,
                }
            ]
        },
    )


class WebhookDeliveries(BaseModel):
    """Deliveries of the last 30 days, the newest first. ``next_cursor`` leads to the next ones."""

    model_config = ConfigDict(from_attributes=True)

    deliveries: list[WebhookDelivery]
    next_cursor: str | None
