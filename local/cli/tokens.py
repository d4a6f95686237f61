"""Tokens for the commands that work with any API: a runtime of this machine gives them to whoever asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx

from docpipe.domain.roles import Role
from local.client import ApiError

_THIS_MACHINE: Final = ("127.0.0.1", "localhost")
_TIMEOUT_S: Final = 10.0


def token_of(api: str, *, role: Role = Role.MEMBER, tenant: str = "local") -> Callable[[], str] | None:
    """What gives good tokens for an API of this machine, or None for any other."""
    place = urlsplit(api)
    if place.hostname not in _THIS_MACHINE:
        return None
    return _LocalToken(f"{place.scheme}://{place.netloc}/local/token", {"role": role.value, "tenant": tenant})


class _LocalToken:
    """Asks for a token when there is none, or when the one in hand has lived for half of its time."""

    def __init__(self, url: str, wanted: dict[str, str]) -> None:
        self._url = url
        self._wanted = wanted
        self._token = ""
        self._renew_at = 0.0

    def __call__(self) -> str:
        """A token.

        Raises:
            ApiError: the runtime cannot be reached, or what is there is none.
        """
        if time.monotonic() >= self._renew_at:
            try:
                answer = httpx.get(self._url, params=self._wanted, timeout=_TIMEOUT_S, trust_env=False)
            except httpx.TransportError as error:
                raise ApiError(
                    "connection_failed", "No runtime answers at this address. Start one with ./docpipe up."
                ) from error
            if answer.status_code != HTTPStatus.OK:
                raise ApiError("token_missing", "What answers at this address is no local runtime. Give a token.")
            given = answer.json()
            self._token = given["token"]
            self._renew_at = time.monotonic() + given["expires_in"] / 2
        return self._token
