"""The front as a whole: its server, whose tokens it takes, and the APIs behind it."""

from __future__ import annotations

from pathlib import Path

from local.fleet import Fleet
from local.front.application import KEY_SET, front_application
from local.front.http_api import HttpApi
from local.front.server import FrontServer
from local.front.tokens import AUDIENCE, LocalIssuer
from local.front.websocket_api import WebSocketApi
from local.topology import HttpApiSpec, WebSocketApiSpec


class Front:
    """Has its address from the start, so that functions can be told of it, and serves once it has their fleet.

    Args:
        port: 0 for any that is free.

    Attributes:
        server: what serves it, a loop to be begun after ``lead_to``.
        issuer: whose tokens the APIs take.
    """

    def __init__(self, port: int, *, page: Path) -> None:
        self.server = FrontServer(port)
        self.issuer = LocalIssuer(self.server.url)
        self._page = page
        self._apis: list[HttpApi | WebSocketApi] = []

    @property
    def url(self) -> str:
        """Of the page."""
        return self.server.url

    @property
    def references(self) -> dict[str, str]:
        """What functions are told of it, by the names in their environments."""
        return {
            "auth_audience": AUDIENCE,
            "auth_issuer": self.issuer.address,
            "auth_jwks_url": f"{self.url}{KEY_SET}",
            "connections_url": self.url,
            "front": self.url,
        }

    def lead_to(self, fleet: Fleet, http_api: HttpApiSpec, websocket_api: WebSocketApiSpec | None) -> None:
        """Put the functions of a fleet behind it."""
        api = HttpApi(http_api, fleet)
        live = WebSocketApi(websocket_api, fleet) if websocket_api is not None else None
        self._apis = [each for each in (api, live) if each is not None]
        self.server.application = front_application(api, live, self.issuer, self._page, http_api.cors)

    def close(self) -> None:
        """End what is under way, and give the port back."""
        for api in self._apis:
            api.close()
        self.server.close()
