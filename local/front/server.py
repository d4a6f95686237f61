"""The HTTP server of the front, on 127.0.0.1 only."""

from __future__ import annotations

import logging
import socket
import threading
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from local.errors import LocalRuntimeError
from local.front.connections import MESSAGE_LIMIT

_HOST: Final = "127.0.0.1"

_log = logging.getLogger("uvicorn.error")


class FrontServer:
    """Serves one application. Its port is taken at once, so that its address can be told before it serves.

    Args:
        port: 0 for any that is free.

    Attributes:
        application: what is served; to be set before ``start``.
    """

    application: ASGIApp

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((_HOST, port))
        except OSError as error:
            self._socket.close()
            raise LocalRuntimeError(f"Port {port} is taken ({error.strerror}). Choose another one.") from error
        self._port: int = self._socket.getsockname()[1]
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=self._run, name="front", daemon=True)

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://{_HOST}:{self._port}"

    def start(self) -> None:
        """Serve. Connections are taken from now on."""
        # The access log would hold document ids and addresses; each function has its own log.
        config = uvicorn.Config(
            self.application,
            interface="asgi3",
            lifespan="off",
            proxy_headers=False,
            log_level="warning",
            access_log=False,
            ws_max_size=MESSAGE_LIMIT,
            # Pings of the server's own would keep a connection open that API Gateway ends.
            ws_ping_interval=None,
        )
        self._server = uvicorn.Server(config)
        self._socket.listen()
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests. Returns at once; see ``join``."""
        # What the end cuts off, connections that are just being opened above all, would be told with stack traces.
        _log.addFilter(_unheard)
        if self._server is not None:
            self._server.should_exit = self._server.force_exit = True

    def join(self) -> None:
        """Wait for the requests under way. Quick once the environments are gone."""
        self._thread.join()
        _log.removeFilter(_unheard)

    def close(self) -> None:
        """Give the port back. May be called again, and before ``start``."""
        self._socket.close()

    def _run(self) -> None:
        if self._server is not None:
            self._server.run(sockets=[self._socket])


def _unheard(_record: logging.LogRecord) -> bool:
    return False
