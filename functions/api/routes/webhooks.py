"""Webhooks: adding, changing, trying and removing them, and looking at what was delivered."""

from __future__ import annotations

import secrets
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.domain.limits import MAX_WEBHOOKS
from docpipe.domain.webhooks import SECRET_OVERLAP_S, checked
from docpipe.stores import NewWebhook, Webhook, WebhookChange
from functions.api.caller import Desk
from functions.api.models import webhooks as models
from functions.api.routes.described import Cursor, Limit, Routes

router = APIGatewayHttpRouter()
_desk = Desk(router)
_webhooks = Routes(router, "webhooks")


@_webhooks.get("/webhooks")
def list_webhooks() -> models.Webhooks:
    """All webhooks of the tenant."""
    found = _desk.api.webhooks.all(_desk.caller().tenant_id)
    return models.Webhooks(webhooks=list(found))


@_webhooks.post("/webhooks", 400, 409, status=201)
def create_webhook(body: models.CreateWebhook) -> models.WebhookWithSecret:
    """Add a webhook.

    Deliveries are signed: ``Docpipe-Signature: t=<time>,v1=<HMAC-SHA256>``.
    """
    caller, api = _desk.caller(), _desk.api
    checked(body.url, api.trusted_webhook_hosts)
    new = NewWebhook(url=body.url, secret=_new_secret(), owner_email=caller.email, events=body.events)
    return _with_secret(api.webhooks.add(caller.tenant_id, new, limit=MAX_WEBHOOKS, actor=caller.subject), new.secret)


@_webhooks.get("/webhooks/<webhook_id>", 404)
def get_webhook(webhook_id: UUID) -> Webhook:
    """One webhook."""
    return _desk.api.webhooks.get(_desk.caller().tenant_id, webhook_id)


@_webhooks.patch("/webhooks/<webhook_id>", 400, 404)
def change_webhook(webhook_id: UUID, body: models.ChangeWebhook) -> Webhook:
    """Change a webhook, disable it, or enable it again."""
    caller, api = _desk.caller(), _desk.api
    if body.url is not None:
        checked(body.url, api.trusted_webhook_hosts)
    change = WebhookChange(url=body.url, events=body.events, enabled=body.enabled)
    return api.webhooks.change(caller.tenant_id, webhook_id, change, actor=caller.subject)


@_webhooks.delete("/webhooks/<webhook_id>", 404)
def delete_webhook(webhook_id: UUID) -> Response[None]:
    """Remove a webhook."""
    caller = _desk.caller()
    _desk.api.webhooks.remove(caller.tenant_id, webhook_id, actor=caller.subject)
    return Response(status_code=204)


@_webhooks.post("/webhooks/<webhook_id>/secret", 404)
def renew_webhook_secret(webhook_id: UUID) -> models.WebhookWithSecret:
    """Give a webhook a new secret; for a day, deliveries are signed with the former one too."""
    caller, secret = _desk.caller(), _new_secret()
    changed = _desk.api.webhooks.renew_secret(
        caller.tenant_id, webhook_id, secret, overlap_s=SECRET_OVERLAP_S, actor=caller.subject
    )
    return _with_secret(changed, secret)


@_webhooks.post("/webhooks/<webhook_id>/test", 404, 409, status=202)
def test_webhook(webhook_id: UUID) -> models.WebhookDelivery:
    """Send a test event, once.

    What came of it stands among the deliveries.
    """
    caller, api = _desk.caller(), _desk.api
    ordered = api.webhooks.ping(caller.tenant_id, webhook_id)
    api.changes.publisher.flush()
    return models.WebhookDelivery.model_validate(ordered)


@_webhooks.get("/webhooks/<webhook_id>/deliveries", 400, 404)
def list_webhook_deliveries(
    webhook_id: UUID,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.WebhookDeliveries:
    """What was sent to a webhook in the last 30 days, or is to be."""
    found = _desk.api.webhooks.deliveries(_desk.caller().tenant_id, webhook_id, limit=limit, cursor=cursor)
    return models.WebhookDeliveries.model_validate(found)


@_webhooks.post("/webhooks/<webhook_id>/deliveries/<event_id>/redeliver", 404, 409, status=202)
def redeliver_webhook_event(webhook_id: UUID, event_id: UUID) -> models.WebhookDelivery:
    """Send an event to a webhook again, at once.

    It goes under the same id, also when it arrived before. One that is on its way is left alone.
    """
    caller, api = _desk.caller(), _desk.api
    ordered = api.webhooks.redeliver(caller.tenant_id, webhook_id, event_id, actor=caller.subject)
    api.changes.publisher.flush()
    return models.WebhookDelivery.model_validate(ordered)


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def _with_secret(found: Webhook, secret: str) -> models.WebhookWithSecret:
    return models.WebhookWithSecret(**found.model_dump(), secret=secret)
