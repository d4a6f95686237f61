"""Serves WebSocket connections by functions, in the place of API Gateway's WebSocket API."""

from __future__ import annotations

import asyncio
import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import JSONResponse
from starlette.websockets import WebSocket

from local.fleet import Fleet
from local.front.authorizer import RefusedError, asked
from local.front.connections import Connection, Limits
from local.front.websocket_events import (
    action_of,
    allows,
    authorizer_event,
    connect_event,
    disconnect_event,
    message_event,
)
from local.topology import WebSocketApiSpec

_SIDE_BY_SIDE: Final = 4
_DEFAULT: Final = "$default"
_PROTOCOLS: Final = "sec-websocket-protocol"


class WebSocketApi:
    """Connections, and the functions behind their routes.

    Args:
        spec: which function is behind which route.
        limits: how long connections may be.
    """

    def __init__(self, spec: WebSocketApiSpec, fleet: Fleet, limits: Limits | None = None) -> None:
        self._spec = spec
        self._fleet = fleet
        self._limits = limits or Limits()
        self._open: dict[str, Connection] = {}
        self._threads = ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="live")

    def find(self, connection_id: str) -> Connection | None:
        """An open connection."""
        return self._open.get(connection_id)

    def close(self) -> None:
        """Wait for the functions under way."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def connect(self, socket: WebSocket) -> None:
        """Serve one connection, from the wish to open it to its end."""
        connection = Connection(socket, self._limits, {})
        try:
            connection.context = await self._authorized(connection)
            answer = await self._ask("$connect", connect_event(connection))
            if not _accepts(answer):
                raise RefusedError(HTTPStatus.FORBIDDEN, "Forbidden")
        except RefusedError as refusal:
            await socket.send_denial_response(JSONResponse({"message": refusal.message}, refusal.status))
            return
        chosen = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}.get(_PROTOCOLS)
        self._open[connection.id] = connection
        try:
            await socket.accept(subprotocol=chosen)
            while (message := await connection.receive()) is not None:
                await self._route(connection, message)
        finally:
            del self._open[connection.id]
            with contextlib.suppress(RefusedError):
                await self._ask("$disconnect", disconnect_event(connection))

    async def _authorized(self, connection: Connection) -> dict[str, str]:
        """What the authorizer says of a connection that may open."""
        if self._spec.authorizer is None:
            return {}
        if not connection.socket.headers.get(_PROTOCOLS):
            raise RefusedError(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        said = await self._in_thread(self._spec.authorizer, authorizer_event(connection))
        if not allows(said):
            raise RefusedError(HTTPStatus.FORBIDDEN, "Forbidden")
        return {"principalId": said["principalId"], **(said.get("context") or {})}

    async def _route(self, connection: Connection, message: str) -> None:
        """Hand a message to its function, and give the answer back where the route has one."""
        action = action_of(message)
        route = action if action in self._spec.routes and not action.startswith("$") else _DEFAULT
        if route not in self._spec.routes:
            return
        try:
            answer = await self._ask(route, message_event(connection, route, message))
        except RefusedError:
            await connection.send(json.dumps({"message": "Internal server error", "connectionId": connection.id}))
            return
        if route in self._spec.answered and isinstance(answer, dict) and answer.get("body"):
            await connection.send(str(answer["body"]))

    async def _ask(self, route: str, event: dict[str, Any]) -> Any:
        function = self._spec.routes.get(route)
        return {"statusCode": 200} if function is None else await self._in_thread(function, event)

    async def _in_thread(self, function: str, event: dict[str, Any]) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, asked, self._fleet, function, event)
        except RuntimeError:
            # The runtime ends, and its threads take nothing more.
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable") from None


def _accepts(answer: Any) -> bool:
    return isinstance(answer, dict) and HTTPStatus.OK <= answer.get("statusCode", 500) < HTTPStatus.MULTIPLE_CHOICES
