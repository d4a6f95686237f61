"""The authorizer of the HTTP API (payload format 2.0, simple responses) and of WebSocket connections (IAM policies).

A token that is not taken is answered with a refusal, which API Gateway makes a 403. When it cannot be told
whether one is good, the error is raised, and API Gateway answers 500.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from docpipe.bootstrap.authorizer import wired
from docpipe.domain.errors import TokenError
from docpipe.domain.identity import Identity
from docpipe.observability import logger
from docpipe.pipeline.identify_caller import Gate, identify_caller

if TYPE_CHECKING:
    from docpipe.consumer import LambdaContext

_SUBPROTOCOL = "bearer."


def handle(event: dict[str, Any], context: LambdaContext, deps: Gate | None = None) -> dict[str, Any]:
    """Say whether a request may pass, and who makes it."""
    of_websocket = "methodArn" in event
    token = _of_websocket(event["headers"]) if of_websocket else _of_request(event["headers"])
    try:
        caller = identify_caller(token, deps or wired())
    except TokenError as refusal:
        logger().info("token refused", extra={"code": refusal.code, "remedy": refusal.message})
        caller = None
    return _policy(event["methodArn"], caller) if of_websocket else _simple(caller)


def _of_request(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _of_websocket(headers: Mapping[str, str]) -> str:
    """A browser can set no header of a WebSocket but its subprotocols; an address would end up in logs."""
    offered = next((value for name, value in headers.items() if name.lower() == "sec-websocket-protocol"), "")
    protocols = [protocol.strip() for protocol in offered.split(",")]
    return next((each.removeprefix(_SUBPROTOCOL) for each in protocols if each.startswith(_SUBPROTOCOL)), "")


def _simple(caller: Identity | None) -> dict[str, Any]:
    return {"isAuthorized": caller is not None, "context": caller.context() if caller else {}}


def _policy(method_arn: str, caller: Identity | None) -> dict[str, Any]:
    effect = "Allow" if caller else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": method_arn}
    return {
        "principalId": caller.subject if caller else "nobody",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": caller.context() if caller else {},
    }
