"""A Cognito user pool, for stages that name no issuer of tokens."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.outputs import output

TENANT_ATTRIBUTE = "tenant"
"""Whose documents a user sees, set by an administrator; a user without one sees those uploaded by that user."""

_GROUPS = ("premium", "admin")
"""Roles that a user gets by being put into a group; without any, a user is a member."""

_PASSWORDS = cognito.PasswordPolicy(
    min_length=12, require_digits=True, require_lowercase=True, require_symbols=True, require_uppercase=True
)


class SignIn(Construct):
    """Users that an administrator makes, who sign in on Cognito's own page (code grant with PKCE)."""

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, web_url: str, second_factor: bool, retain_data: bool
    ) -> None:
        """Make the pool, its sign-in page and the client that the web page is.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            web_url: address of the web page, where users come back to after signing in and out.
            second_factor: whether every user must have one; else each may.
            retain_data: whether the users outlive the stack.
        """
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self.pool = self._pool(second_factor, retain_data)
        # Names of domains are unique in a region, among all accounts.
        self.pool.add_domain(
            "Page", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=f"{prefix}{Stack.of(self).account}")
        )
        for role in _GROUPS:
            cognito.CfnUserPoolGroup(self, role, user_pool_id=self.pool.user_pool_id, group_name=role)
        self.client = self._client(web_url)
        output(self, "UserPool", self.pool.user_pool_id, "Where an administrator makes users")
        output(self, "TokenIssuer", self.issuer, "The iss of the tokens that are taken")
        output(self, "TokenAudience", self.audience, "Their aud: the client that the page signs in as")

    @property
    def issuer(self) -> str:
        """The tokens' ``iss``."""
        stack = Stack.of(self)
        return f"https://cognito-idp.{stack.region}.{stack.url_suffix}/{self.pool.user_pool_id}"

    @property
    def audience(self) -> str:
        """The ``aud`` of identity tokens; access tokens have none, nor a tenant, and are not taken."""
        return self.client.user_pool_client_id

    def _pool(self, second_factor: bool, retain_data: bool) -> cognito.UserPool:
        return cognito.UserPool(
            self,
            "Users",
            user_pool_name=f"{self._prefix}users",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            custom_attributes={TENANT_ATTRIBUTE: cognito.StringAttribute(min_len=1, max_len=128, mutable=True)},
            keep_original=cognito.KeepOriginalAttrs(email=True),
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=_PASSWORDS,
            mfa=cognito.Mfa.REQUIRED if second_factor else cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            deletion_protection=retain_data,
            removal_policy=RemovalPolicy.RETAIN if retain_data else RemovalPolicy.DESTROY,
        )

    def _client(self, web_url: str) -> cognito.UserPoolClient:
        """A public client. It may write a user's address and nothing else: not the tenant, above all."""
        return self.pool.add_client(
            "Web",
            user_pool_client_name=f"{self._prefix}web",
            generate_secret=False,
            auth_flows=cognito.AuthFlow(user_srp=True),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE],
                callback_urls=[f"{web_url}/"],
                logout_urls=[f"{web_url}/"],
            ),
            read_attributes=cognito.ClientAttributes()
            .with_standard_attributes(email=True, email_verified=True)
            .with_custom_attributes(TENANT_ATTRIBUTE),
            write_attributes=cognito.ClientAttributes().with_standard_attributes(email=True),
            id_token_validity=Duration.hours(1),
            access_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(1),
            enable_token_revocation=True,
            prevent_user_existence_errors=True,
        )
