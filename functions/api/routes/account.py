"""The caller, and the settings of its tenant."""

from __future__ import annotations

from typing import cast

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.domain import languages
from docpipe.domain.formats import FileFormat
from docpipe.stores import SettingsChange
from functions.api.caller import Desk
from functions.api.models import account as models
from functions.api.routes.described import Routes

router = APIGatewayHttpRouter()
_desk = Desk(router)
_account = Routes(router, "account")

_WEBSOCKET = "/ws"
"""On the host of the page; CloudFront, and the local runtime, lead it to the WebSocket API."""


@_account.get("/me")
def get_me() -> models.Me:
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


@_account.get("/settings")
def get_settings() -> models.Settings:
    """What the tenant has chosen."""
    return models.Settings.model_validate(_desk.api.settings.get(_desk.caller().tenant_id))


@_account.patch("/settings", 400)
def change_settings(body: models.ChangeSettings) -> models.Settings:
    """Choose whether e-mails are sent, and the languages of documents that name none."""
    caller, api = _desk.caller(), _desk.api
    if body.default_languages is not None:
        languages.require(body.default_languages, api.front_desk.languages)
    change = cast("SettingsChange", body.model_dump(exclude_unset=True))
    changed = api.settings.change(caller.tenant_id, change, actor=caller.subject)
    return models.Settings.model_validate(changed)
