"""Bearer tokens that are not taken."""

from __future__ import annotations

from docpipe.domain.errors.base import DocpipeError


class TokenError(DocpipeError):
    """The token is malformed, not signed by a key of the issuer, or not valid yet."""

    code = "token_invalid"

    def __init__(self, message: str = "The token is not signed by the issuer. Sign in again.") -> None:
        super().__init__(message)


class TokenExpiredError(TokenError):
    """The token was good once."""

    code = "token_expired"

    def __init__(self) -> None:
        super().__init__("The token has expired. Sign in again, or have it renewed.")


class TokenForeignError(TokenError):
    """The token is of another issuer, or for another audience."""

    code = "token_foreign"

    def __init__(self) -> None:
        super().__init__("The token is of another issuer or for another audience. Check auth_issuer and auth_audience.")


class TenantMissingError(TokenError):
    """The token does not say whose documents its bearer may see."""

    code = "tenant_missing"

    def __init__(self) -> None:
        super().__init__("The token names no tenant. Check auth_tenant_claim, or give the user a tenant.")
