"""Events of a WebSocket API as API Gateway hands them to functions.

After the API Gateway developer guide, "Working with WebSocket APIs" and "API Gateway Lambda authorizers".
"""

from __future__ import annotations

import json
import time
import uuid
from typing import Any, Final

from starlette.websockets import WebSocket

from local.front.connections import Connection
from local.names import ACCOUNT, REGION

_API_ID: Final = "local"
_STAGE: Final = "ws"
_METHOD_ARN: Final = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{_API_ID}/{_STAGE}/$connect"


def connect_event(connection: Connection) -> dict[str, Any]:
    """A connection asks to be opened."""
    return {**_request(connection.socket), "requestContext": _context(connection, "$connect", "CONNECT")}


def authorizer_event(connection: Connection) -> dict[str, Any]:
    """The same, for the authorizer."""
    return {"type": "REQUEST", "methodArn": _METHOD_ARN, **connect_event(connection)}


def message_event(connection: Connection, route: str, body: str) -> dict[str, Any]:
    """A message has come."""
    context = _context(connection, route, "MESSAGE") | {"messageId": uuid.uuid4().hex}
    return {"requestContext": context, "body": body, "isBase64Encoded": False}


def disconnect_event(connection: Connection) -> dict[str, Any]:
    """A connection has ended."""
    return {**_request(connection.socket), "requestContext": _context(connection, "$disconnect", "DISCONNECT")}


def action_of(body: str) -> str:
    """What ``$request.body.action`` selects; empty when there is none."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        # Brackets within brackets, thousands of them, are a message like any other that names no action.
        return ""
    action = message.get("action") if isinstance(message, dict) else None
    return action if isinstance(action, str) else ""


def allows(said: Any) -> bool:
    """Whether an authorizer's policy lets the connection open. It is one statement on one resource."""
    if not isinstance(said, dict):
        return False
    statements = said.get("policyDocument", {}).get("Statement", [])
    effects = {each["Effect"] for each in statements if each.get("Resource") == _METHOD_ARN}
    return effects == {"Allow"}


def _request(socket: WebSocket) -> dict[str, Any]:
    headers = dict(socket.headers.items())
    return {
        "headers": headers,
        "multiValueHeaders": {name: socket.headers.getlist(name) for name in headers},
        "queryStringParameters": dict(socket.query_params) or None,
        "isBase64Encoded": False,
    }


def _context(connection: Connection, route: str, kind: str) -> dict[str, Any]:
    context: dict[str, Any] = {
        "routeKey": route,
        "eventType": kind,
        "messageDirection": "IN",
        "stage": _STAGE,
        "apiId": _API_ID,
        "domainName": connection.socket.headers.get("host", ""),
        "connectionId": connection.id,
        "connectedAt": int(connection.connected_at.timestamp() * 1_000),
        "requestId": str(uuid.uuid4()),
        "requestTimeEpoch": int(time.time() * 1_000),
        "identity": {"sourceIp": connection.socket.client.host if connection.socket.client else ""},
    }
    if connection.context:
        context["authorizer"] = dict(connection.context)
    return context
