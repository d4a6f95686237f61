"""The front of a stage: the page with what it is told, results by signed link, their distribution, the firewall."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from constructs import Construct

from infra.config import AuthConfig, StageConfig
from infra.constructs.firewall import Firewall
from infra.constructs.link_keys import LinkKeys
from infra.constructs.log_group import log_group
from infra.constructs.page_files import PageFiles
from infra.constructs.response_headers import Allowed
from infra.constructs.sign_in import SignIn
from infra.constructs.web import API_PATH, WEBSOCKET_PATH, Web
from infra.foundations import Foundations


class Front(Construct):
    """What a stage with a page of its own has."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, foundations: Foundations) -> None:
        """Make the distribution; APIs and files come when they are there (``lead``, ``publish``)."""
        super().__init__(scope, construct_id)
        self._config = config
        self._key = foundations.key
        self.web = Web(
            self,
            "Web",
            prefix=config.prefix,
            config=config.web,
            allowed=Allowed(uploads=foundations.storage.upload_origins, sign_in=self._sign_in_origins()),
            access_logs=foundations.storage.access_logs,
            acl_arn=self._acl_arn(),
            edges=config.traits.edges,
        )
        self.link_keys = LinkKeys(self, "LinkKeys", prefix=config.prefix, key=self._key, number=config.web.link_key)
        self._show_results(foundations)

    def _show_results(self, foundations: Foundations) -> None:
        """Results come by the distribution, and to nobody else from their bucket but to the functions."""
        self.web.lead_to_results(foundations.storage.results, self.link_keys.group)
        foundations.storage.show_results_to(self.web.distribution_arn)
        foundations.encryption.admit_cloudfront(foundations.storage.results_arn)

    @property
    def variables(self) -> dict[str, str]:
        """What functions are told of it."""
        return {"WEB_URL": self.web.url, **self.link_keys.variables(self.web.url)}

    def _sign_in_origins(self) -> list[str]:
        if self._config.auth.issuer is not None:
            issuer = urlsplit(self._config.auth.issuer)
            return [f"{issuer.scheme}://{issuer.netloc}"]
        stack = Stack.of(self)
        return [
            f"https://cognito-idp.{stack.region}.{stack.url_suffix}",
            f"https://{self._config.prefix}{stack.account}.auth.{stack.region}.amazoncognito.com",
        ]

    def _acl_arn(self) -> str | None:
        if self._config.web.acl_arn is not None or not self._config.traits.firewall:
            return self._config.web.acl_arn
        log = self._log("FirewallLogs", f"aws-waf-logs-{self._config.prefix}web")
        return Firewall(self, "Firewall", prefix=self._config.prefix, log=log).acl.attr_arn

    def _log(self, construct_id: str, name: str) -> Any:
        traits = self._config.traits
        return log_group(self, construct_id, name=name, key=self._key, days=traits.log_days, retain=traits.retain_data)

    def lead(self, api: apigateway.HttpApi, websocket: apigateway.WebSocketApi) -> None:
        """Lead ``/api`` and ``/ws`` to these."""
        stack = Stack.of(self)
        self.web.lead_to_api(f"{api.api_id}.execute-api.{stack.region}.{stack.url_suffix}")
        self.web.lead_to_websocket(f"{websocket.api_id}.execute-api.{stack.region}.{stack.url_suffix}")

    def publish(self, root: Path, sign_in: SignIn | None) -> None:
        """Deploy the page below ``root``, the repository, and tell it where everything is."""
        PageFiles(
            self,
            "Files",
            web=self.web,
            folder=root / self._config.web.folder,
            config={
                "api_base": API_PATH,
                "websocket_url": WEBSOCKET_PATH,
                "auth": sign_in_of_page(self._config.auth, sign_in),
            },
            log=self._log("CopyLogs", f"/docpipe/{self._config.prefix}page-files"),
        )


def sign_in_of_page(auth: AuthConfig, own: SignIn | None) -> dict[str, str]:
    """How the page signs its users in."""
    if own is not None:
        return {"kind": "oidc", "issuer": own.issuer, "client_id": own.client.user_pool_client_id}
    issuer, client_id = auth.issuer or "", auth.client_id or ""
    if issuer.endswith(".supabase.co/auth/v1"):
        return {"kind": "supabase", "url": issuer.removesuffix("/auth/v1"), "anon_key": client_id}
    return {"kind": "oidc", "issuer": issuer, "client_id": client_id}
