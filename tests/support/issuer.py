"""An issuer of OpenID Connect, small and strict: the code flow with PKCE (RFC 7636), as Cognito offers it."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT_ID = "the-page"


class Issuer:
    """Signs everybody in who comes, and hands each code's tokens out once.

    Args:
        id_token: makes an identity token.
        page: the only address that people may be sent back to.
    """

    def __init__(self, id_token: Callable[[], str], page: str) -> None:
        self._id_token = id_token
        self._page = page
        self._challenges: dict[str, str] = {}
        self._app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discover),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/logout", self._logout),
            ],
            middleware=[Middleware(CORSMiddleware, allow_origins=["*"], allow_headers=["*"])],
        )
        self._server = uvicorn.Server(uvicorn.Config(self._app, port=0, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        """Serve on a free port."""
        self._thread.start()
        while not self._server.started:
            pass

    def stop(self) -> None:
        """Serve no longer."""
        self._server.should_exit = True
        self._thread.join()

    @property
    def url(self) -> str:
        """The issuer's name and address."""
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def _discover(self, _request: Request) -> JSONResponse:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "end_session_endpoint": "logout"}
        return JSONResponse({"issuer": self.url, **{name: f"{self.url}/{place}" for name, place in places.items()}})

    def _authorize(self, request: Request) -> RedirectResponse:
        asked = request.query_params
        assert (asked["client_id"], asked["redirect_uri"], asked["response_type"]) == (CLIENT_ID, self._page, "code")
        assert asked["code_challenge_method"] == "S256"
        code = uuid4().hex
        self._challenges[code] = asked["code_challenge"]
        return RedirectResponse(f"{self._page}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: Request) -> JSONResponse:
        form = dict(parse_qsl((await request.body()).decode()))
        challenge = self._challenges.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self._id_token()
        return JSONResponse({"id_token": token, "access_token": "none", "token_type": "Bearer", "expires_in": 3_600})

    def _logout(self, request: Request) -> RedirectResponse:
        """As Cognito asks for it: by ``client_id`` and ``logout_uri``."""
        assert (request.query_params["client_id"], request.query_params["logout_uri"]) == (CLIENT_ID, self._page)
        return RedirectResponse(self._page)
