"""The whole system in one stack: the constructs, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_cdk import App, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledgements import acknowledge
from infra.catalogue import AT_DEPLOYMENT
from infra.config import StageConfig
from infra.constructs.http_api import HttpApi
from infra.constructs.lambda_function import Surroundings
from infra.constructs.link_keys import MAKER
from infra.constructs.monitoring import Monitoring, Telling
from infra.constructs.producer import Issuer, Producer
from infra.constructs.schema import Schema
from infra.constructs.sign_in import SignIn
from infra.constructs.websocket_api import WebSocketApi
from infra.foundations import lay_foundations, stage_log_group
from infra.front import Front
from infra.functions import make_functions
from infra.grants import Grantees, grant_all
from infra.monitoring.watching import watched
from infra.outputs import output
from infra.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
"""The repository: what the image and the zip assets are made from."""


class PipelineStack(Stack):
    """Docpipe, one stage of it."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, **stack_options: Any) -> None:
        """Build the stage that ``config`` describes; other arguments are those of ``Stack``."""
        super().__init__(scope, construct_id, **stack_options)
        self._config = config
        self._foundations = lay_foundations(self, config)
        self._front = self._make_front()
        self._web_url = self._front.web.url if self._front else str(config.web.url)
        self._foundations.storage.admit([*config.web.origins, *([self._web_url] if self._front else [])])
        self._sign_in = self._make_sign_in()
        self._live = WebSocketApi(self, "Live", prefix=config.prefix, log=self._log_group("LiveLogs", "live"))
        self._functions = self._make_functions()
        self._live.serve(handler=self._functions["live"], authorizer=self._functions["authorizer"])
        self._live.grant_posting(self._functions["deliver"])
        self._http_api = self._make_http_api()
        grant_all(Grantees(self._functions), config=config, foundations=self._foundations)
        self._make_schema()
        self._make_producer()
        self._make_monitoring()
        if self._front is not None:
            self._front.link_keys.made_by(self._functions[MAKER], self._foundations.encryption)
            self._front.lead(self._http_api.api, self._live.api)
            self._front.publish(ROOT, self._sign_in)
        self._tell_addresses()

    def _make_front(self) -> Front | None:
        """The page with its distribution, where the stage serves its own."""
        if not self._config.web.own:
            return None
        return Front(self, "Front", config=self._config, foundations=self._foundations)

    def _make_sign_in(self) -> SignIn | None:
        """Users of the stage's own, where no issuer of tokens is named."""
        config = self._config
        if config.auth.issuer is not None:
            return None
        return SignIn(
            self,
            "SignIn",
            prefix=config.prefix,
            web_url=self._web_url,
            second_factor=config.traits.second_factor,
            retain_data=config.traits.retain_data,
        )

    def _make_http_api(self) -> HttpApi:
        return HttpApi(
            self,
            "HttpApi",
            prefix=self._config.prefix,
            handler=self._functions["api"],
            authorizer=self._functions["authorizer"],
            web_origins=self._config.web.origins,
            log=self._log_group("ApiLogs", "api"),
        )

    def _log_group(self, construct_id: str, name: str) -> logs.LogGroup:
        return stage_log_group(self, construct_id, name, config=self._config, key=self._foundations.key)

    def _make_functions(self) -> dict[str, lambda_.Function]:
        traits = self._config.traits
        surroundings = Surroundings(
            prefix=self._config.prefix,
            key=self._foundations.key,
            reserve=traits.reserved_concurrency,
            network=self._foundations.network,
            queues=self._foundations.queues.by_name,
            log_days=traits.log_days,
            retain_logs=traits.retain_data,
        )
        return make_functions(
            self, root=ROOT, config=self._config, addresses=self._addresses(), surroundings=surroundings
        )

    def _addresses(self) -> dict[str, str]:
        addresses = {
            "UPLOADS_BUCKET": self._foundations.storage.uploads.bucket_name,
            "RESULTS_BUCKET": self._foundations.storage.results.bucket_name,
            "QUEUE_URL_PREFIX": f"https://sqs.{self.region}.{self.url_suffix}/{self.account}/{self._config.prefix}",
            "CONNECTIONS_URL": self._live.management_url,
            "MIGRATE_FUNCTION": f"{self._config.prefix}migrate",
            "MAIL_CONFIGURATION_SET": f"{self._config.prefix}mail",
            **(self._front.variables if self._front else {"WEB_URL": self._web_url}),
            **{spec.variable: self._foundations.tables.by_name[spec.name].table_name for spec in TABLES},
        }
        if self._sign_in is not None:
            addresses["AUTH_AUDIENCE"] = self._sign_in.audience
            addresses["AUTH_ISSUER"] = self._sign_in.issuer
            addresses["AUTH_JWKS_URL"] = f"{self._sign_in.issuer}/.well-known/jwks.json"
        if self._foundations.database is not None:
            addresses["DATABASE_URL"] = self._foundations.database.url
            addresses["ADMINISTRATOR_SECRET"] = self._foundations.database.administrator_secret
        return addresses

    def _make_schema(self) -> None:
        """Migrations run when the database can be reached, and before anything can set a function off."""
        schema = Schema(self, "Schema", root=ROOT, start=self._functions["start_migration"])
        schema.node.add_dependency(self._functions["migrate"], self._functions["start_migration"])
        if self._foundations.network is not None and self._foundations.database is not None:
            schema.node.add_dependency(self._foundations.network, self._foundations.database)
        for construct in self.node.find_all():
            if isinstance(construct, (lambda_.CfnEventSourceMapping, events.CfnRule)):
                construct.node.add_dependency(schema)

    def _make_producer(self) -> None:
        """In the hybrid profile the API that was there before creates jobs itself."""
        if self._config.hybrid is not None:
            Producer(
                self,
                "Producer",
                prefix=self._config.prefix,
                uploads=self._foundations.storage.uploads,
                intake=self._foundations.queues.by_name["intake"],
                key=self._foundations.key,
                issuer=Issuer.of(self._config.hybrid),
            )

    def _make_monitoring(self) -> None:
        config = self._config
        at_work = {name: function for name, function in self._functions.items() if name not in AT_DEPLOYMENT}
        Monitoring(
            self,
            "Monitoring",
            prefix=config.prefix,
            key=self._foundations.key,
            watched=watched(
                config,
                queues=self._foundations.queues,
                functions=at_work,
                api=self._http_api.api,
                database=self._foundations.database,
            ),
            log_groups=[function.log_group for function in at_work.values()],
            telling=Telling(
                email=config.alarm_email, runbook=config.runbook, monthly_budget_usd=config.monthly_budget_usd
            ),
        )

    def _tell_addresses(self) -> None:
        api = self._http_api.api.api_endpoint
        output(self, "WebUrl", self._web_url, "The page")
        output(self, "ApiUrl", api, "The HTTP API, for programs; the page reaches it below /api")
        output(self, "LiveUrl", self._live.stage.url, "Live progress by WebSocket; the page reaches it at /ws")


def add_stage(app: App) -> PipelineStack:
    """Add the stage that the app's context describes.

    Raises:
        ConfigError: a context value is missing or not allowed.
    """
    config = StageConfig.from_context(app.node)
    stack = PipelineStack(
        app,
        f"docpipe-{config.stage}",
        config=config,
        description="Docpipe: recognises the text of scanned documents",
        tags={"application": "docpipe", "stage": config.stage},
        # What outlives the stack is cut off from it all the same: nobody is to destroy it by the way.
        termination_protection=config.traits.retain_data,
    )
    acknowledge(stack, config.profile)
    # CDK names the role a function depends on although the function refers to it: redundant, and harmless.
    stack.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3005"]}})
    return stack
