"""The management API of the WebSocket API: functions send to connections by it, look at them and end them.

After the API Gateway API reference, "Amazon API Gateway Management API".
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.front.connections import MESSAGE_LIMIT, Connection
from local.front.websocket_api import WebSocketApi


def management_routes(api: WebSocketApi) -> list[Route]:
    """Its routes."""

    async def manage(request: Request) -> Response:
        if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 "):
            return _fault(HTTPStatus.FORBIDDEN, "ForbiddenException")
        connection = api.find(request.path_params["connection_id"])
        if connection is None:
            return _fault(HTTPStatus.GONE, "GoneException")
        if request.method == "POST":
            return await _post(connection, request)
        if request.method == "DELETE":
            await connection.close()
            return Response(status_code=HTTPStatus.NO_CONTENT)
        return JSONResponse(_about(connection))

    return [Route("/@connections/{connection_id:path}", manage, methods=["GET", "POST", "DELETE"])]


async def _post(connection: Connection, request: Request) -> Response:
    data = await request.body()
    if len(data) > MESSAGE_LIMIT:
        return _fault(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "PayloadTooLargeException")
    if not await connection.send(data.decode()):
        return _fault(HTTPStatus.GONE, "GoneException")
    return Response(status_code=HTTPStatus.OK)


def _about(connection: Connection) -> dict[str, Any]:
    return {
        "connectedAt": connection.connected_at.isoformat(),
        "lastActiveAt": connection.last_active_at.isoformat(),
        "identity": {"sourceIp": connection.socket.client.host if connection.socket.client else "", "userAgent": ""},
    }


def _fault(status: HTTPStatus, kind: str) -> Response:
    return JSONResponse({"message": None}, status, headers={"x-amzn-errortype": kind})
