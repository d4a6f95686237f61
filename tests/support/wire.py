"""A line between the page and the runtime that a test can cut."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class Wire:
    """A line to a server on this machine that can be cut, as a train does in a tunnel.

    Args:
        port: of the server.
    """

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._whole = True
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def port(self) -> int:
        """Where the line begins."""
        return int(self._listener.getsockname()[1])

    def cut(self) -> None:
        """End every connection, and take no other."""
        self._whole = False
        for end in list(self._open):
            end.close()

    def mend(self) -> None:
        """Take connections again."""
        self._whole = True

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listener.close()

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._whole:
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()
            else:
                near.close()

    def _carry(self, near: socket.socket) -> None:
        """Carry bytes both ways until either end is gone."""
        with near, socket.create_connection(self._server) as far, selectors.DefaultSelector() as ready:
            self._open |= {near, far}
            for end, other in ((near, far), (far, near)):
                ready.register(end, selectors.EVENT_READ, other)
            try:
                while self._whole:
                    for key, _ in ready.select(timeout=0.2):
                        data = key.fileobj.recv(65_536)  # type: ignore[union-attr]
                        if not data:
                            return
                        key.data.sendall(data)
            except (OSError, ValueError):
                return
            finally:
                self._open -= {near, far}


@contextmanager
def wire_to(url: str) -> Iterator[tuple[Wire, str]]:
    """A line to an address, and the address to use in its place."""
    wire = Wire(int(urlsplit(url).port or 80))
    try:
        yield wire, f"http://127.0.0.1:{wire.port}"
    finally:
        wire.close()
