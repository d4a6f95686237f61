"""The caller and its webhooks."""

from __future__ import annotations

import secrets
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.domain.formats import FileFormat
from docpipe.domain.limits import MAX_WEBHOOKS
from functions.api.caller import Desk
from functions.api.models import account as models
from functions.api.models.problem import answers

router = APIGatewayHttpRouter()
_desk = Desk(router)

_WEBSOCKET = "/ws"
"""On the host of the page; CloudFront, and the local runtime, lead it to the WebSocket API."""


@router.get(
    "/me", summary="Who the token stands for, and what is taken", responses=answers(models.Me), tags=["account"]
)
def me() -> models.Me:
    """Who the token stands for, and what is taken."""
    caller, api = _desk.caller(), _desk.api
    limits = models.Limits(
        max_file_bytes=api.front_desk.max_bytes,
        max_pages=api.max_pages,
        formats=[str(each) for each in FileFormat],
        languages=list(api.front_desk.languages),
    )
    return models.Me(
        tenant_id=caller.tenant_id, email=caller.email, role=caller.role, limits=limits, websocket_url=_WEBSOCKET
    )


@router.get("/webhooks", summary="All webhooks of the tenant", responses=answers(models.Webhooks), tags=["webhooks"])
def webhooks() -> models.Webhooks:
    """All webhooks of the tenant."""
    found = _desk.api.webhooks.all(_desk.caller().tenant_id)
    return models.Webhooks(webhooks=[models.Webhook.model_validate(webhook) for webhook in found])


@router.post(
    "/webhooks",
    summary="Add a webhook",
    status_code=201,
    responses=answers(models.CreatedWebhook, 409, status=201),
    tags=["webhooks"],
)
def create_webhook(body: models.CreateWebhook) -> models.CreatedWebhook:
    """Add a webhook. Deliveries are signed: ``Docpipe-Signature: t=<time>,v1=<HMAC-SHA256>``."""
    caller, secret = _desk.caller(), f"whsec_{secrets.token_urlsafe(32)}"
    added = _desk.api.webhooks.add(caller.tenant_id, body.url, secret, limit=MAX_WEBHOOKS)
    return models.CreatedWebhook(**models.Webhook.model_validate(added).model_dump(), secret=secret)


@router.delete(
    "/webhooks/<webhook_id>",
    summary="Remove a webhook",
    status_code=204,
    responses=answers(None, 404, status=204),
    tags=["webhooks"],
)
def remove_webhook(webhook_id: UUID) -> Response[None]:
    """Remove a webhook."""
    _desk.api.webhooks.remove(_desk.caller().tenant_id, webhook_id)
    return Response(status_code=204)
