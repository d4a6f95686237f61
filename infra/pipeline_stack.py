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
from infra.catalogue import AT_DEPLOYMENT, MAX_RECEIVE_COUNT, visibility_timeouts
from infra.config import StageConfig
from infra.constructs.database import Database, server_log_groups
from infra.constructs.encryption import Encryption
from infra.constructs.http_api import HttpApi
from infra.constructs.lambda_function import Surroundings
from infra.constructs.log_group import log_group
from infra.constructs.mail import Mail
from infra.constructs.monitoring import Monitoring, Telling
from infra.constructs.network import Network, Reachable
from infra.constructs.producer import Issuer, Producer
from infra.constructs.queues import Queues
from infra.constructs.schema import Schema
from infra.constructs.sign_in import SignIn
from infra.constructs.storage import Storage
from infra.constructs.tables import Tables
from infra.constructs.websocket_api import WebSocketApi
from infra.front import Front
from infra.functions import make_functions
from infra.grants import Grantees, grant_all
from infra.monitoring.watching import watched
from infra.outputs import output
from infra.profiles import DatabaseTraits
from infra.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
"""The repository: what the image and the zip assets are made from."""


class PipelineStack(Stack):
    """Docpipe, one stage of it."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, **stack_options: Any) -> None:
        """Build the stage that ``config`` describes; other arguments are those of ``Stack``."""
        super().__init__(scope, construct_id, **stack_options)
        self._config = config
        prefix, traits = config.prefix, config.traits
        self._encryption = Encryption(self, "Encryption", prefix=prefix, retain_data=traits.retain_data)
        self._storage = Storage(
            self,
            "Storage",
            prefix=prefix,
            key=self._encryption.key,
            archive=config.storage,
            retain_data=traits.retain_data,
        )
        self._queues = Queues(
            self,
            "Queues",
            prefix=prefix,
            key=self._encryption.key,
            visibility_timeouts=visibility_timeouts(),
            max_receive_count=MAX_RECEIVE_COUNT,
        )
        self._tables = Tables(self, "Tables", prefix=prefix, key=self._encryption.key, specs=TABLES)
        self._mail = Mail(self, "Mail", prefix=prefix, sender=config.mail_sender, identity=config.mail_identity)
        self._storage.announce_uploads_to(self._queues.by_name["intake"])
        self._front = (
            Front(self, "Front", config=config, key=self._encryption.key, storage=self._storage)
            if config.web.own
            else None
        )
        self._web_url = self._front.web.url if self._front else str(config.web.url)
        self._storage.admit([*config.web.origins, *([self._web_url] if self._front else [])])
        self._network, self._database = self._make_database(traits.database)
        self._sign_in = self._make_sign_in()
        self._live = WebSocketApi(self, "Live", prefix=prefix, log=self._log_group("LiveLogs", "live"))
        self._functions = self._make_functions()
        self._live.serve(handler=self._functions["live"], authorizer=self._functions["authorizer"])
        self._live.grant_posting(self._functions["deliver"])
        api = HttpApi(
            self,
            "HttpApi",
            prefix=prefix,
            handler=self._functions["api"],
            authorizer=self._functions["authorizer"],
            web_origins=config.web.origins,
            log=self._log_group("ApiLogs", "api"),
        )
        grant_all(
            Grantees(self._functions),
            config=config,
            storage=self._storage,
            queues=self._queues,
            tables=self._tables,
            mail=self._mail,
            database=self._database,
            encryption=self._encryption,
        )
        self._make_schema()
        self._make_producer()
        self._make_monitoring(api)
        if self._front is not None:
            self._front.lead(api.api, self._live.api)
            self._front.publish(ROOT, self._sign_in)
        output(self, "WebUrl", self._web_url, "The page")
        output(self, "ApiUrl", api.api.api_endpoint, "The HTTP API, for programs; the page reaches it below /api")
        output(self, "LiveUrl", self._live.stage.url, "Live progress by WebSocket; the page reaches it at /ws")

    def _make_database(self, traits: DatabaseTraits | None) -> tuple[Network | None, Database | None]:
        """The database and the network around it, in the profiles that have them."""
        if traits is None:
            return None, None
        prefix, config = self._config.prefix, self._config
        network = Network(
            self,
            "Network",
            prefix=prefix,
            reachable=Reachable(
                buckets=[self._storage.uploads.bucket_arn, self._storage.results.bucket_arn],
                tables=[table.table_arn for table in self._tables.by_name.values()],
                queues=[
                    queue.queue_arn for queue in (*self._queues.by_name.values(), *self._queues.dead_letter.values())
                ],
            ),
            endpoint_zones=config.traits.endpoint_zones,
            flow_logs=self._log_group("FlowLogs", "flows") if config.traits.flow_logs else None,
        )
        database = Database(
            self,
            "Database",
            prefix=prefix,
            key=self._encryption.key,
            vpc=network.vpc,
            clients=network.functions,
            logs=[
                self._log_group(f"Database{log.capitalize()}Logs", name)
                for log, name in server_log_groups(prefix).items()
            ],
            traits=traits,
            retain_data=config.traits.retain_data,
        )
        return network, database

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

    def _log_group(self, construct_id: str, name: str) -> logs.LogGroup:
        """A group of the stage's own by its short name, one of AWS's by its path."""
        return log_group(
            self,
            construct_id,
            name=name if "/" in name else f"/docpipe/{self._config.prefix}{name}",
            key=self._encryption.key,
            days=self._config.traits.log_days,
            retain=self._config.traits.retain_data,
        )

    def _make_functions(self) -> dict[str, lambda_.Function]:
        traits = self._config.traits
        surroundings = Surroundings(
            prefix=self._config.prefix,
            key=self._encryption.key,
            reserve=traits.reserved_concurrency,
            network=self._network,
            queues=self._queues.by_name,
            log_days=traits.log_days,
            retain_logs=traits.retain_data,
        )
        return make_functions(
            self, root=ROOT, config=self._config, addresses=self._addresses(), surroundings=surroundings
        )

    def _addresses(self) -> dict[str, str]:
        addresses = {
            "UPLOADS_BUCKET": self._storage.uploads.bucket_name,
            "RESULTS_BUCKET": self._storage.results.bucket_name,
            "QUEUE_URL_PREFIX": f"https://sqs.{self.region}.{self.url_suffix}/{self.account}/{self._config.prefix}",
            "CONNECTIONS_URL": self._live.management_url,
            "MIGRATE_FUNCTION": f"{self._config.prefix}migrate",
            "MAIL_CONFIGURATION_SET": f"{self._config.prefix}mail",
            "WEB_URL": self._web_url,
            **{spec.variable: self._tables.by_name[spec.name].table_name for spec in TABLES},
        }
        if self._sign_in is not None:
            addresses["AUTH_AUDIENCE"] = self._sign_in.audience
            addresses["AUTH_ISSUER"] = self._sign_in.issuer
            addresses["AUTH_JWKS_URL"] = f"{self._sign_in.issuer}/.well-known/jwks.json"
        if self._database is not None:
            addresses["DATABASE_URL"] = self._database.url
            addresses["ADMINISTRATOR_SECRET"] = self._database.administrator_secret
        return addresses

    def _make_schema(self) -> None:
        """Migrations run when the database can be reached, and before anything can set a function off."""
        schema = Schema(self, "Schema", root=ROOT, start=self._functions["start_migration"])
        schema.node.add_dependency(self._functions["migrate"], self._functions["start_migration"])
        if self._network is not None and self._database is not None:
            schema.node.add_dependency(self._network, self._database)
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
                uploads=self._storage.uploads,
                intake=self._queues.by_name["intake"],
                key=self._encryption.key,
                issuer=Issuer.of(self._config.hybrid),
            )

    def _make_monitoring(self, api: HttpApi) -> None:
        config = self._config
        at_work = {name: function for name, function in self._functions.items() if name not in AT_DEPLOYMENT}
        Monitoring(
            self,
            "Monitoring",
            prefix=config.prefix,
            key=self._encryption.key,
            watched=watched(config, queues=self._queues, functions=at_work, api=api.api, database=self._database),
            log_groups=[function.log_group for function in at_work.values()],
            telling=Telling(
                email=config.alarm_email, runbook=config.runbook, monthly_budget_usd=config.monthly_budget_usd
            ),
        )


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
    )
    acknowledge(stack, config.profile)
    # CDK names the role a function depends on although the function refers to it: redundant, and harmless.
    stack.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3005"]}})
    return stack
