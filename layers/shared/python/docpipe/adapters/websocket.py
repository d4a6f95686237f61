"""Messages to open pages, by the management API of the WebSocket API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from docpipe.adapters.aws import error_code, translated
from docpipe.domain.errors import PushError
from docpipe.services import Connections

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

AT_MOST: Final = 500
"""Pages of one tenant that are told. Those beyond it ask by themselves."""

_SIDE_BY_SIDE: Final = 8
_GONE: Final = "GoneException"


class WebSocketPusher:
    """Posts to every connection of a tenant, a few at a time; connections that have gone are forgotten."""

    def __init__(self, connections: Connections, client: ApiGatewayManagementApiClient) -> None:
        self._connections = connections
        self._client = client

    def push(self, tenant_id: str, message: Mapping[str, object]) -> None:
        """Send a message to every open page of the tenant.

        All are tried before the first failure is raised.
        """
        connections = self._connections.of(tenant_id, limit=AT_MOST)
        if not connections:
            return
        data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        with ThreadPoolExecutor(min(_SIDE_BY_SIDE, len(connections))) as threads:
            posts = [threads.submit(partial(self._post, tenant_id, each, data)) for each in connections]
        for post in posts:
            post.result()

    def _post(self, tenant_id: str, connection_id: str, data: bytes) -> None:
        try:
            with translated(PushError, "A message could not be sent to an open page"):
                self._send(connection_id, data)
        except _GoneError:
            self._connections.remove(tenant_id, connection_id)

    def _send(self, connection_id: str, data: bytes) -> None:
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=data)
        except ClientError as error:
            if error_code(error) == _GONE:
                raise _GoneError from None
            raise


class _GoneError(Exception):
    """The connection is closed."""
