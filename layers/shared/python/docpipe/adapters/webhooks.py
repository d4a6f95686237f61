"""Requests to addresses that strangers have named, so that none of them reaches what is ours.

The host is resolved once, all of its addresses are checked, and the connection is made to what was
checked: a name that changes between check and use gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException
from threading import Timer
from typing import Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from docpipe.domain.errors import WebhookAddressError
from docpipe.domain.webhooks import checked, is_public
from docpipe.services import WebhookAnswer

TIME_LIMIT_S: Final = 10.0
"""For all of it. Whoever is told should note the event, answer, and work afterwards."""

_TIMEOUT: Final = "timeout"
_PORTS: Final = {"http": 80, "https": 443}


class PinnedCaller:
    """Sends requests with urllib3, over connections to checked addresses.

    Args:
        trusted_hosts: hosts that need no TLS and may be private; empty but on a machine of one's own.
        tls: who is trusted to vouch for a host; None for the system's authorities.
        time_limit_s: seconds for one request, from resolving to the answer's headers.
    """

    def __init__(
        self, trusted_hosts: frozenset[str], *, tls: ssl.SSLContext | None = None, time_limit_s: float = TIME_LIMIT_S
    ) -> None:
        self._trusted_hosts = trusted_hosts
        self._tls = tls or ssl.create_default_context()
        self._time_limit_s = time_limit_s

    def post(self, url: str, headers: Mapping[str, str], body: str) -> WebhookAnswer:
        """Send one request; the answer's body is not read."""
        try:
            parts = checked(url, self._trusted_hosts)
            host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
            address = _resolved(host, port, trusted=host in self._trusted_hosts)
        except (WebhookAddressError, ValueError):
            return WebhookAnswer(None, "address_refused")
        except OSError:
            return WebhookAnswer(None, "host_unknown")
        connection = self._connection(parts.scheme, host, address, port)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return self._exchange(connection, path, {**headers, "Host": parts.netloc}, body)

    def _connection(self, scheme: str, host: str, address: str, port: int) -> HTTPConnection:
        if scheme == "http":
            return HTTPConnection(address, port, timeout=self._time_limit_s)
        # The name is checked by the TLS library: urllib3, asked to do it, would log it.
        return HTTPSConnection(address, port, timeout=self._time_limit_s, ssl_context=self._tls, server_hostname=host)

    def _exchange(self, connection: HTTPConnection, path: str, headers: Mapping[str, str], body: str) -> WebhookAnswer:
        deadline = _Deadline(connection, self._time_limit_s)
        try:
            connection.request("POST", path, body=body.encode(), headers=dict(headers), preload_content=False)
            answer = WebhookAnswer(connection.getresponse().status)
        except (HTTPError, HTTPException, OSError) as error:
            answer = WebhookAnswer(None, _reason(error))
        finally:
            deadline.cancel()
            connection.close()
        # Cut off in its headers, an answer looks like one that ended there.
        return WebhookAnswer(None, _TIMEOUT) if deadline.passed else answer


class _Deadline(Timer):
    """Ends an exchange that drips: timeouts of a socket are for one wait each."""

    def __init__(self, connection: HTTPConnection, seconds: float) -> None:
        super().__init__(seconds, self._cut)
        self._connection = connection
        self.passed = False
        self.daemon = True
        self.start()

    def _cut(self) -> None:
        self.passed = True
        if self._connection.sock is not None:
            with suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)


def _resolved(host: str, port: int, *, trusted: bool) -> str:
    """An IPv4 address of a host: there is no way out by IPv6 from a function.

    Raises:
        OSError: the host has no address.
        WebhookAddressError: one of its addresses is not public.
    """
    found = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)
    addresses = [str(place[0]) for *_, place in found]
    if not trusted and not all(is_public(address) for address in addresses):
        raise WebhookAddressError
    return addresses[0]


def _reason(error: Exception) -> str:
    """A code for the kind of failure: what the error says may hold the address."""
    if isinstance(error, (TimeoutError, ConnectTimeoutError)) and not isinstance(error, NewConnectionError):
        return _TIMEOUT
    return "tls_failed" if isinstance(error, ssl.SSLError) else "connection_failed"
