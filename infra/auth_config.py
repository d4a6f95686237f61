"""Whose tokens a stage takes, read from the CDK context."""

from __future__ import annotations

from dataclasses import dataclass

from infra import context as read
from infra.context import Context


@dataclass(frozen=True, slots=True)
class AuthConfig:
    """Whose tokens the API takes.

    Attributes:
        issuer: the tokens' ``iss``, an OpenID Connect issuer such as Supabase's; None to make a Cognito pool.
        audience: the tokens' ``aud``; without an issuer the pool's client takes its place.
        jwks_url: where the issuer's public keys are.
        tenant_claim: names of claims by commas; the first that a token has says whose documents may be seen.
            By default the last is ``sub``: who belongs to no tenant is one.
        role_claim: likewise for the role.
        secret: name of the secret in Secrets Manager that the issuer signs HS256 tokens with, or None when it
            signs none.
        client_id: what the stage's own page signs in as: a client id, with Supabase the anon key; None where a
            Cognito pool or a page elsewhere knows its own.
    """

    issuer: str | None
    audience: str
    jwks_url: str | None
    tenant_claim: str
    role_claim: str
    secret: str | None
    client_id: str | None

    @classmethod
    def from_context(cls, context: Context, *, page: bool) -> AuthConfig:
        """Read and check the context; ``page`` is whether the stage serves a page that signs in."""
        issuer = read.optional_text(context, "auth_issuer", r"https://\S+", "the https address of a token issuer")
        if issuer is None:
            for key in ("auth_client_id", "auth_jwks_url", "auth_secret"):
                read.absent(context, key, "it has an effect with -c auth_issuer= only")
        jwks_url = read.optional_text(
            context, "auth_jwks_url", r"https://\S+", "the https address of a JSON Web Key Set"
        )
        claims = "names of claims, by commas"
        client = read.text if page and issuer else read.optional_text
        return cls(
            issuer=issuer,
            audience=read.text(context, "auth_audience", r"\S+", "the audience that tokens are issued for"),
            jwks_url=jwks_url or (f"{issuer.rstrip('/')}/.well-known/jwks.json" if issuer else None),
            tenant_claim=read.text(context, "auth_tenant_claim", r"[^\s,]+(,[^\s,]+)*", claims),
            role_claim=read.text(context, "auth_role_claim", r"[^\s,]+(,[^\s,]+)*", claims),
            secret=read.optional_text(context, "auth_secret", read.NAME, "the name of a secret"),
            client_id=client(
                context, "auth_client_id", r"\S+", "what the page signs in as; with Supabase the anon key"
            ),
        )
