"""Live progress: WebSocket connections come and go, and say what they know. ``docs/live.md`` is the protocol."""

from __future__ import annotations

from typing import Any

from docpipe.bootstrap.live import wired
from docpipe.consumer import LambdaContext
from docpipe.domain.errors import DocpipeError, RequestError
from docpipe.pipeline.follow_documents import Following, encoded, snapshot
from functions.live.messages import Ping, Sync, understood

SUBPROTOCOL = "docpipe"


def handle(event: dict[str, Any], context: LambdaContext, deps: Following | None = None) -> dict[str, Any]:
    """Work on one event of a connection; the authorizer's word on who it is of comes with each."""
    following = deps or wired()
    about = event["requestContext"]
    tenant_id, connection_id = str(about["authorizer"]["tenant_id"]), str(about["connectionId"])
    if about["routeKey"] == "$connect":
        following.connections.add(tenant_id, connection_id)
        return _accepted(event)
    if about["routeKey"] == "$disconnect":
        following.connections.remove(tenant_id, connection_id)
        return {"statusCode": 200}
    try:
        return {"statusCode": 200, "body": encoded(_answer(event, tenant_id, connection_id, following))}
    except RequestError as error:
        return {"statusCode": 200, "body": encoded(_refusal(error))}


def _answer(event: dict[str, Any], tenant_id: str, connection_id: str, following: Following) -> dict[str, Any]:
    match understood(event.get("body")):
        case Sync(known=known):
            # What is sent before a connection is wholly open finds it gone, and has it forgotten.
            following.connections.add(tenant_id, connection_id)
            return snapshot(tenant_id, known, following)
        case Ping():
            return {"type": "pong"}


def _refusal(error: DocpipeError) -> dict[str, Any]:
    return {"type": "error", "code": error.code, "message": error.message}


def _accepted(event: dict[str, Any]) -> dict[str, Any]:
    """A browser ends the connection unless one of the subprotocols that it offered is chosen."""
    headers = {name.lower(): value for name, value in event["headers"].items()}
    offered = [each.strip() for each in headers.get("sec-websocket-protocol", "").split(",")]
    chosen = {"Sec-WebSocket-Protocol": SUBPROTOCOL} if SUBPROTOCOL in offered else {}
    return {"statusCode": 200, "headers": chosen}
