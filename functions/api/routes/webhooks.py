"""Webhooks: adding, changing, trying and removing them, and looking at what was delivered."""

from __future__ import annotations

import secrets
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.domain.limits import MAX_WEBHOOKS
from docpipe.domain.webhooks import SECRET_OVERLAP_S, checked
from docpipe.stores import NewWebhook, Webhook, WebhookChange
from functions.api.caller import Desk
from functions.api.models import webhooks as models
from functions.api.models.problem import answers

router = APIGatewayHttpRouter()
_desk = Desk(router)


@router.get(
    "/webhooks",
    summary="All webhooks of the tenant",
    operation_id="listWebhooks",
    responses=answers(models.Webhooks),
    tags=["webhooks"],
)
def webhooks() -> models.Webhooks:
    """All webhooks of the tenant."""
    found = _desk.api.webhooks.all(_desk.caller().tenant_id)
    return models.Webhooks(webhooks=list(found))


@router.post(
    "/webhooks",
    summary="Add a webhook",
    status_code=201,
    operation_id="createWebhook",
    responses=answers(models.WebhookWithSecret, 400, 409, status=201),
    tags=["webhooks"],
)
def create_webhook(body: models.CreateWebhook) -> models.WebhookWithSecret:
    """Add a webhook. Deliveries are signed: ``Docpipe-Signature: t=<time>,v1=<HMAC-SHA256>``."""
    caller, api = _desk.caller(), _desk.api
    checked(body.url, api.trusted_webhook_hosts)
    new = NewWebhook(url=body.url, secret=_new_secret(), owner_email=caller.email, events=body.events)
    return _with_secret(api.webhooks.add(caller.tenant_id, new, limit=MAX_WEBHOOKS, actor=caller.subject), new.secret)


@router.get(
    "/webhooks/<webhook_id>",
    summary="One webhook",
    operation_id="getWebhook",
    responses=answers(Webhook, 404),
    tags=["webhooks"],
)
def webhook(webhook_id: UUID) -> Webhook:
    """One webhook."""
    return _desk.api.webhooks.get(_desk.caller().tenant_id, webhook_id)


@router.patch(
    "/webhooks/<webhook_id>",
    summary="Change a webhook, disable it, or enable it again",
    operation_id="changeWebhook",
    responses=answers(Webhook, 400, 404),
    tags=["webhooks"],
)
def change_webhook(webhook_id: UUID, body: models.ChangeWebhook) -> Webhook:
    """Change a webhook, disable it, or enable it again."""
    caller, api = _desk.caller(), _desk.api
    if body.url is not None:
        checked(body.url, api.trusted_webhook_hosts)
    change = WebhookChange(url=body.url, events=body.events, enabled=body.enabled)
    return api.webhooks.change(caller.tenant_id, webhook_id, change, actor=caller.subject)


@router.delete(
    "/webhooks/<webhook_id>",
    summary="Remove a webhook",
    status_code=204,
    operation_id="deleteWebhook",
    responses=answers(None, 404, status=204),
    tags=["webhooks"],
)
def remove_webhook(webhook_id: UUID) -> Response[None]:
    """Remove a webhook."""
    caller = _desk.caller()
    _desk.api.webhooks.remove(caller.tenant_id, webhook_id, actor=caller.subject)
    return Response(status_code=204)


@router.post(
    "/webhooks/<webhook_id>/secret",
    summary="Give a webhook a new secret; for a day, deliveries are signed with the former one too",
    operation_id="renewWebhookSecret",
    responses=answers(models.WebhookWithSecret, 404),
    tags=["webhooks"],
)
def renew_secret(webhook_id: UUID) -> models.WebhookWithSecret:
    """Give a webhook a new secret; for a day, deliveries are signed with the former one too."""
    caller, secret = _desk.caller(), _new_secret()
    changed = _desk.api.webhooks.renew_secret(
        caller.tenant_id, webhook_id, secret, overlap_s=SECRET_OVERLAP_S, actor=caller.subject
    )
    return _with_secret(changed, secret)


@router.post(
    "/webhooks/<webhook_id>/test",
    summary="Send a test event, once",
    status_code=202,
    operation_id="testWebhook",
    responses=answers(models.WebhookDelivery, 404, 409, status=202),
    tags=["webhooks"],
)
def try_webhook(webhook_id: UUID) -> models.WebhookDelivery:
    """Send a test event, once. What came of it stands among the deliveries."""
    caller, api = _desk.caller(), _desk.api
    ordered = api.webhooks.ping(caller.tenant_id, webhook_id)
    api.changes.publisher.flush()
    return models.WebhookDelivery.model_validate(ordered)


@router.get(
    "/webhooks/<webhook_id>/deliveries",
    summary="What was sent to a webhook in the last 30 days, or is to be",
    operation_id="listWebhookDeliveries",
    responses=answers(models.WebhookDeliveries, 400, 404),
    tags=["webhooks"],
)
def deliveries(
    webhook_id: UUID,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> models.WebhookDeliveries:
    """What was sent to a webhook in the last 30 days, or is to be."""
    found = _desk.api.webhooks.deliveries(_desk.caller().tenant_id, webhook_id, limit=limit, cursor=cursor)
    return models.WebhookDeliveries.model_validate(found)


@router.post(
    "/webhooks/<webhook_id>/deliveries/<event_id>/redeliver",
    summary="Send an event to a webhook again, at once",
    status_code=202,
    operation_id="redeliverWebhookEvent",
    responses=answers(models.WebhookDelivery, 404, 409, status=202),
    tags=["webhooks"],
)
def redeliver(webhook_id: UUID, event_id: UUID) -> models.WebhookDelivery:
    """Send an event to a webhook again, at once, under the same id. One that is on its way is left alone."""
    caller, api = _desk.caller(), _desk.api
    ordered = api.webhooks.redeliver(caller.tenant_id, webhook_id, event_id, actor=caller.subject)
    api.changes.publisher.flush()
    return models.WebhookDelivery.model_validate(ordered)


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def _with_secret(found: Webhook, secret: str) -> models.WebhookWithSecret:
    return models.WebhookWithSecret(**found.model_dump(), secret=secret)
