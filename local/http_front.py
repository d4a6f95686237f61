"""Serves the api function by HTTP, in the place of API Gateway."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import uvicorn

from local.errors import LocalRuntimeError
from local.fleet import Fleet
from local.http_event import Answer, Request, answer_of, gateway_answer, http_event
from local.invocation import Outcome
from local.names import ROLE_HEADER

_HOST: Final = "127.0.0.1"
_BODY_LIMIT: Final = 10_000_000
"""Largest request that an HTTP API takes, bytes."""

_SIDE_BY_SIDE: Final = 4
"""Requests at the same time. They take milliseconds; each more may start a process that takes half a second."""

_START_LIMIT_S: Final = 10.0

Authorizer = Callable[[dict[str, Any]], dict[str, Any] | None]
"""Takes the event of a request; gives what stands in ``requestContext.authorizer.lambda``, or None to refuse."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request comes from."""

    tenant_id: str = "local"
    subject: str = "local-user"
    email: str = "user@docpipe.example"
    role: str = "member"


def always(principal: Principal) -> Authorizer:
    """An authorizer that takes every request for one of this principal, in the role that a header may name."""
    context = {
        "tenant_id": principal.tenant_id,
        "subject": principal.subject,
        "email": principal.email,
        "role": principal.role,
    }
    return lambda event: {**context, "role": event["headers"].get(ROLE_HEADER, principal.role)}


class HttpFront:
    """An HTTP server on 127.0.0.1 that hands each request to a function.

    Args:
        function: name without the stage's prefix.
        authorizer: asked before each invocation.
        port: 0 for any that is free.
    """

    def __init__(self, function: str, fleet: Fleet, authorizer: Authorizer, port: int = 0) -> None:
        self._function = function
        self._fleet = fleet
        self._authorizer = authorizer
        self._threads = ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="http")
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((_HOST, port))
        except OSError as error:
            self._socket.close()
            raise LocalRuntimeError(f"Port {port} is taken ({error.strerror}). Choose another one.") from error
        # The access log would hold document ids and addresses; each function has its own log.
        config = uvicorn.Config(
            self._serve, interface="asgi3", lifespan="off", proxy_headers=False, log_level="warning", access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="http-front", daemon=True
        )

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://{_HOST}:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        """Serve. Connections are taken from now on."""
        self._socket.listen()
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests. Returns at once; see ``join``."""
        self._server.should_exit = self._server.force_exit = True

    def join(self) -> None:
        """Wait for the requests under way. Quick once the environments are gone."""
        self._thread.join()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._socket.close()

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application."""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if body is None:
            answer = gateway_answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
        else:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, self._answer, _request(scope, body))
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _answer(self, request: Request) -> Answer:
        if request.path == "/":
            # The route is ANY /{proxy+}, which needs something after the slash.
            return gateway_answer(HTTPStatus.NOT_FOUND, "Not Found")
        event = http_event(request)
        context = self._authorizer(event)
        if context is None:
            return gateway_answer(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        event["requestContext"]["authorizer"] = {"lambda": context}
        try:
            record = self._fleet.invoke(self._function, event)
        except LocalRuntimeError:
            return gateway_answer(HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable")
        if record.outcome is not Outcome.SUCCESS:
            return gateway_answer(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")
        return answer_of(record.response)


async def _body(receive: Any) -> bytes | None:
    """The whole body, or None when it is larger than an HTTP API takes."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size > _BODY_LIMIT:
            return None
        parts.append(part)
    return b"".join(parts)


def _request(scope: Any, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        protocol=f"HTTP/{scope['http_version']}",
        source_ip=scope["client"][0] if scope.get("client") else "",
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
    )
