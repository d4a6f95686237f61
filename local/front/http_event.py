"""Requests as API Gateway's HTTP API hands them to a function (payload format 2.0), and its answers back.

After the API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from local.names import ACCOUNT

_API_ID: Final = "local"


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request.

    Attributes:
        headers: names in lower case, in the order received; a name may come several times.
        query: the raw query string.
    """

    method: str
    path: str
    query: str
    protocol: str
    source_ip: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response. A header may come several times (``set-cookie``)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def http_event(request: Request, route: str) -> dict[str, Any]:
    """The event of a request that was taken by a route, without what an authorizer adds."""
    headers = _joined((name, value) for name, value in request.headers if name != "cookie")
    cookies = [part.strip() for name, value in request.headers if name == "cookie" for part in value.split(";")]
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": _context(request, route, headers),
        "pathParameters": {"proxy": request.path.lstrip("/")},
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if request.query:
        event["queryStringParameters"] = _joined(parse_qsl(request.query, keep_blank_values=True))
    if request.body:
        event["body"], event["isBase64Encoded"] = _encoded(request.body)
    return event


def answer_of(response: Any) -> Answer:
    """The HTTP response that a function's return value stands for.

    A value without ``statusCode`` is the JSON body of a 200, as API Gateway takes it.
    """
    if not (isinstance(response, dict) and "statusCode" in response):
        return Answer(HTTPStatus.OK, (("content-type", "application/json"),), json.dumps(response).encode())
    body = str(response.get("body") or "")
    headers = {name.lower(): str(value) for name, value in (response.get("headers") or {}).items()}
    headers.setdefault("content-type", "text/plain;charset=utf-8")
    cookies = tuple(("set-cookie", cookie) for cookie in response.get("cookies") or ())
    content = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    return Answer(int(response["statusCode"]), (*headers.items(), *cookies), content)


def gateway_answer(status: HTTPStatus, message: str) -> Answer:
    """An answer of the gateway itself."""
    return Answer(status, (("content-type", "application/json"),), json.dumps({"message": message}).encode())


def _context(request: Request, route: str, headers: Mapping[str, str]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "accountId": ACCOUNT,
        "apiId": _API_ID,
        "domainName": headers.get("host", ""),
        "domainPrefix": _API_ID,
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": route,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1_000),
    }


def _joined(pairs: Any) -> dict[str, str]:
    """Values of the same name joined by commas."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _encoded(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True
