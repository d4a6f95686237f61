"""Who asks, and what the routes work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.bootstrap.api import Api
from docpipe.domain.errors import ForbiddenError
from docpipe.domain.limits import REQUESTS, RateLimit
from docpipe.domain.roles import Role, role_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the authorizer found out."""

    tenant_id: str
    subject: str
    email: str | None
    role: Role


@dataclass(frozen=True, slots=True)
class Desk:
    """A router's view of the request in hand."""

    router: APIGatewayHttpRouter

    @property
    def api(self) -> Api:
        """What the routes work with."""
        api: Api = self.router.context["api"]
        return api

    def header(self, name: str) -> str | None:
        """A header of the request."""
        return self.router.current_event.headers.get(name)

    def caller(self, limit: RateLimit = REQUESTS) -> Caller:
        """Who asks, once it is certain that the tenant may ask now.

        Raises:
            ForbiddenError: the request came past the authorizer.
            RateLimitError: the tenant has asked too often.
        """
        authorizer = self.router.current_event.request_context.authorizer
        claims: dict[str, Any] = (authorizer.get_lambda if authorizer else None) or {}
        if not claims.get("tenant_id"):
            raise ForbiddenError
        caller = Caller(
            tenant_id=str(claims["tenant_id"]),
            subject=str(claims.get("subject") or "unknown"),
            email=claims.get("email") or None,
            role=role_of(claims.get("role")),
        )
        self.api.limiter.take(caller.tenant_id, limit)
        return caller

    def operator(self) -> Caller:
        """Who asks, when it is an operator.

        Raises:
            ForbiddenError: it is not.
        """
        caller = self.caller()
        if not caller.role.operates:
            raise ForbiddenError
        return caller
