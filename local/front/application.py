"""What is where on the one port: the page's host as the deployed stack arranges it, and the API at its root too.

==========================  =========================================================================
``/api/*``                  the HTTP API, the prefix taken off
``/ws``                     the WebSocket API
``/@connections/*``         its management API, for functions
``/config.json``            what the page has to know of its surroundings
``/local/token``            a bearer token: ``?role=member|premium|admin&tenant=…``
``/.well-known/jwks.json``  the key that tokens are signed with
files of ``web/dist``       the page; also in the place of any other address that a browser goes to
everything else             the HTTP API
==========================  =========================================================================
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from docpipe.domain.roles import Role, role_of
from local.front.http_api import HttpApi
from local.front.management import management_routes
from local.front.page import Page
from local.front.tokens import LIFETIME_S, LocalIssuer, Principal
from local.front.websocket_api import WebSocketApi
from local.topology import CorsRule

KEY_SET: Final = "/.well-known/jwks.json"
"""Where the key is that tokens are signed with."""

_API: Final = "/api"
_CONFIG: Final = {
    "api_base": _API,
    "websocket_url": "/ws",
    "auth": {"kind": "local", "token_url": "/local/token"},
}
_HOSTS: Final = ["127.0.0.1", "localhost"]
"""Names that a browser may know this server by: a stranger's name that leads here must not get a token."""


def front_application(
    api: HttpApi, live: WebSocketApi | None, issuer: LocalIssuer, page: Path, cors: CorsRule | None = None
) -> ASGIApp:
    """The application of the front.

    Args:
        live: None when the topology has no WebSocket API.
        page: folder of the built page.
        cors: what pages of other origins may do: one that is being made, at the port of its own server.
    """
    of_live = [WebSocketRoute("/ws", live.connect), *management_routes(live)] if live is not None else []
    return Starlette(
        routes=[
            *of_live,
            Route("/local/token", lambda request: _token(request, issuer)),
            Route(KEY_SET, lambda _request: JSONResponse(issuer.jwks())),
            Route("/config.json", lambda _request: JSONResponse(_CONFIG)),
            Mount("/", _Rest(api, Page(page))),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS), *_cors(cors)],
    )


def _cors(rule: CorsRule | None) -> list[Middleware]:
    if rule is None:
        return []
    origins = "|".join(re.escape(origin).replace(r"\*", "[0-9]+") for origin in rule.allowed_origins)
    return [
        Middleware(
            CORSMiddleware,
            allow_origin_regex=origins,
            allow_methods=rule.allowed_methods,
            allow_headers=rule.allowed_headers,
            expose_headers=rule.exposed_headers,
        )
    ]


def _token(request: Request, issuer: LocalIssuer) -> Response:
    role, known = request.query_params.get("role", Role.MEMBER), ", ".join(Role)
    if role_of(role) != role:
        return JSONResponse({"message": f"There is no such role. There are: {known}."}, 400)
    tenant = request.query_params.get("tenant", Principal().tenant_id)
    token = issuer.issue(Principal(tenant_id=tenant, role=role))
    return JSONResponse({"token": token, "expires_in": LIFETIME_S}, headers={"cache-control": "no-store"})


class _Rest:
    """The page and the API."""

    def __init__(self, api: HttpApi, page: Page) -> None:
        self._api = api
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        response = await self._answer(request, scope["path"])
        await response(scope, receive, send)

    async def _answer(self, request: Request, path: str) -> Response:
        if path == _API or path.startswith(f"{_API}/"):
            return await self._api.answer(request, path.removeprefix(_API) or "/")
        if self._page.takes(request):
            return await self._page.answer(request)
        return await self._api.answer(request, path)
