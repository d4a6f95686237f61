"""The authorizer, as API Gateway calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docpipe.adapters.signing_keys import SigningKeys
from docpipe.adapters.tokens import JwtVerifier
from docpipe.domain.identity import ClaimNames
from docpipe.pipeline.identify_caller import Gate
from functions.authorizer.handler import handle
from tests.support.invocations import Context
from tests.support.issuers import AUDIENCE, Issuer

SECRET = "a-shared-secret-of-forty-characters-or-so"
TENANT = ("app_metadata.docpipe_tenant", "custom:tenant")
ROLE = ("app_metadata.docpipe_role", "cognito:groups")
METHOD_ARN = "arn:aws:execute-api:us-east-1:000000000000:abcdef/ws/$connect"


@dataclass
class Door:
    """The authorizer with one issuer behind it, and time that a test moves."""

    issuer: Issuer
    tenant: tuple[str, ...] = TENANT
    secret: Callable[[], str] | None = None
    now: float = 0.0
    _gate: Gate = field(init=False)

    def __post_init__(self) -> None:
        keys = SigningKeys(self.issuer.jwks_url, clock=lambda: self.now)
        verifier = JwtVerifier(keys, issuer=self.issuer.address, audience=AUDIENCE, secret=self.secret)
        self._gate = Gate(verifier, ClaimNames(tenant=self.tenant, role=ROLE))

    def request(self, authorization: str) -> dict[str, Any]:
        event = {"version": "2.0", "type": "REQUEST", "headers": {"authorization": authorization}}
        return handle(event, Context(), self._gate)

    def connect(self, protocols: str, header: str = "Sec-WebSocket-Protocol") -> dict[str, Any]:
        return handle(
            {"type": "REQUEST", "methodArn": METHOD_ARN, "headers": {header: protocols}}, Context(), self._gate
        )

    def admitted(self, token: str) -> dict[str, Any] | None:
        """Who a token stands for at both doors, which must agree; None when it is refused at both."""
        simple, policy = self.request(f"Bearer {token}"), self.connect(f"docpipe, bearer.{token}")
        (statement,) = policy["policyDocument"]["Statement"]
        assert (statement["Action"], statement["Resource"]) == ("execute-api:Invoke", METHOD_ARN)
        assert statement["Effect"] == ("Allow" if simple["isAuthorized"] else "Deny")
        assert simple["context"] == policy["context"]
        return simple["context"] if simple["isAuthorized"] else None
