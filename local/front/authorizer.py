"""Asks the authorizer function before each request, as API Gateway does, and keeps what it says for a while."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from local.errors import LocalRuntimeError
from local.fleet import Fleet
from local.invocation import Outcome
from local.names import ACCOUNT, REGION
from local.topology import AuthorizerSpec

_KEPT_AT_MOST: Final = 1_000
"""Answers kept. More tokens than that in a minute are no use of one machine."""


class RefusedError(Exception):
    """A request that goes no further, with what API Gateway answers."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class _Kept:
    said: dict[str, Any]
    until: float


class RequestAuthorizer:
    """The authorizer of an HTTP API: payload format 2.0, simple responses, the header ``Authorization``.

    Args:
        spec: which function, and how long its answers are kept.
    """

    def __init__(self, spec: AuthorizerSpec, fleet: Fleet) -> None:
        self._spec = spec
        self._fleet = fleet
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def context(self, event: dict[str, Any]) -> dict[str, Any]:
        """What stands in ``requestContext.authorizer.lambda`` of a request that may pass.

        Raises:
            RefusedError: it may not.
        """
        source = event["headers"].get("authorization")
        if not source:
            raise RefusedError(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        said = self._kept_for(source)
        if said is None:
            said = self._ask(event, source)
            self._keep(source, said)
        if said.get("isAuthorized") is not True:
            raise RefusedError(HTTPStatus.FORBIDDEN, "Forbidden")
        return dict(said.get("context") or {})

    def _ask(self, event: dict[str, Any], source: str) -> dict[str, Any]:
        context = event["requestContext"]
        route = f"{context['http']['method']}{context['http']['path']}"
        question = {
            **{name: value for name, value in event.items() if name not in ("body", "isBase64Encoded")},
            "type": "REQUEST",
            "routeArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{context['apiId']}/{context['stage']}/{route}",
            "identitySource": [source],
        }
        said = asked(self._fleet, self._spec.function, question)
        if not isinstance(said, dict):
            raise RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")
        return said

    def _kept_for(self, source: str) -> dict[str, Any] | None:
        with self._lock:
            kept = self._kept.get(source)
            return kept.said if kept is not None and time.monotonic() < kept.until else None

    def _keep(self, source: str, said: dict[str, Any]) -> None:
        with self._lock:
            if len(self._kept) >= _KEPT_AT_MOST:
                self._kept.clear()
            self._kept[source] = _Kept(said, time.monotonic() + self._spec.results_s)


def asked(fleet: Fleet, function: str, event: dict[str, Any]) -> Any:
    """What a function answers.

    Raises:
        RefusedError: it does not, and the gateway's answer says so.
    """
    try:
        record = fleet.invoke(function, event)
    except LocalRuntimeError:
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable") from None
    if record.outcome is not Outcome.SUCCESS:
        raise RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")
    return record.response
