"""Hands requests to the api function, in the place of API Gateway's HTTP API."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response

from local.fleet import Fleet
from local.front.authorizer import RefusedError, RequestAuthorizer, asked
from local.front.http_event import Answer, Request, answer_of, gateway_answer, http_event
from local.topology import HttpApiSpec

_BODY_LIMIT: Final = 10_000_000
"""Largest request that an HTTP API takes, bytes."""

_SIDE_BY_SIDE: Final = 4
"""Requests at the same time. They take milliseconds; each more may start a process that takes half a second."""


class HttpApi:
    """Routes of the form ``METHOD /{proxy+}`` to one function.

    Args:
        spec: which function answers, and which one is asked before it.
    """

    def __init__(self, spec: HttpApiSpec, fleet: Fleet) -> None:
        self._function = spec.function
        self._routes = frozenset(spec.routes)
        self._fleet = fleet
        self._authorizer = RequestAuthorizer(spec.authorizer, fleet) if spec.authorizer else None
        self._threads = ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="http")

    async def answer(self, request: StarletteRequest, path: str) -> Response:
        """The answer to a request.

        Args:
            path: of the resource; that of the request may have a prefix.
        """
        body = await _body(request)
        if body is None:
            answer = gateway_answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
        else:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, self._answer, _request(request, path, body))
        response = Response(answer.body, answer.status)
        response.raw_headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in (*answer.headers, ("content-length", str(len(answer.body))))
        ]
        return response

    def close(self) -> None:
        """Wait for the requests under way."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _answer(self, request: Request) -> Answer:
        route = f"{request.method} /{{proxy+}}"
        # A route needs something after the slash.
        if route not in self._routes or request.path == "/":
            return gateway_answer(HTTPStatus.NOT_FOUND, "Not Found")
        event = http_event(request, route)
        try:
            if self._authorizer is not None:
                event["requestContext"]["authorizer"] = {"lambda": self._authorizer.context(event)}
            return answer_of(asked(self._fleet, self._function, event))
        except RefusedError as refusal:
            return gateway_answer(refusal.status, refusal.message)


async def _body(request: StarletteRequest) -> bytes | None:
    """The whole body, or None when it is larger than an HTTP API takes."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > _BODY_LIMIT:
                return None
            parts.append(part)
    except ClientDisconnect:
        return None
    return b"".join(parts)


def _request(request: StarletteRequest, path: str, body: bytes) -> Request:
    scope = request.scope
    return Request(
        method=request.method,
        path=path,
        query=scope["query_string"].decode("latin-1"),
        protocol=f"HTTP/{scope['http_version']}",
        source_ip=request.client.host if request.client else "",
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
    )
