"""Open WebSocket connections, and how long API Gateway lets one be."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

MESSAGE_LIMIT: Final = 128 * 1_024
"""Largest message, bytes (Amazon API Gateway quotas of WebSocket APIs, as what follows)."""

FRAME_LIMIT: Final = 32 * 1_024
"""Largest frame. A browser sends each message as one frame, so that this is the limit of what it may say."""

_GOING_AWAY: Final = 1001
_TOO_LARGE: Final = 1009


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a connection may be, seconds: without a message in either direction, and at all."""

    idle_s: float = 600
    lifetime_s: float = 7_200


@dataclass(slots=True)
class Connection:
    """An open connection.

    Attributes:
        id: as API Gateway makes them: they have to be quoted in a path.
        context: what the authorizer said of it.
    """

    socket: WebSocket
    limits: Limits
    context: dict[str, str]
    id: str = field(default_factory=lambda: base64.b64encode(os.urandom(11)).decode())
    connected_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    last_active_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _ends_at: float = field(init=False)
    _idle_at: float = field(init=False)

    def __post_init__(self) -> None:
        """Start its time."""
        self._ends_at = time.monotonic() + self.limits.lifetime_s
        self._active()

    async def receive(self) -> str | None:
        """The next message, or None when the connection has ended, by itself or by its limits."""
        while (left_s := min(self._ends_at, self._idle_at) - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left_s):
                    message = await self.socket.receive_text()
            except TimeoutError:
                # What was sent meanwhile has put the end off.
                continue
            except (WebSocketDisconnect, RuntimeError, KeyError):
                return None
            self._active()
            if len(message.encode()) <= FRAME_LIMIT:
                return message
            await self.close(_TOO_LARGE)
            return None
        await self.close(_GOING_AWAY)
        return None

    async def send(self, text: str) -> bool:
        """Send a message; False when the connection has gone."""
        try:
            await self.socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):
            return False
        self._active()
        return self.socket.client_state is WebSocketState.CONNECTED

    async def close(self, code: int = 1000) -> None:
        """End it."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self.socket.close(code)

    def _active(self) -> None:
        self.last_active_at = datetime.now(UTC)
        self._idle_at = time.monotonic() + self.limits.idle_s
