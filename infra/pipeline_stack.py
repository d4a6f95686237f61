"""The whole system in one stack: the constructs, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.catalogue import FUNCTIONS, MAX_RECEIVE_COUNT, Package, visibility_timeouts
from infra.config import StageConfig
from infra.constructs.database import Database
from infra.constructs.http_api import HttpApi
from infra.constructs.lambda_function import Surroundings
from infra.constructs.network import Network
from infra.constructs.ocr_functions import ImageFunctions
from infra.constructs.queues import Queues
from infra.constructs.storage import Storage
from infra.constructs.zip_functions import ZipFunctions
from infra.environment import environment_of
from infra.grants import Grantees, grant_all

ROOT = Path(__file__).resolve().parent.parent
"""The repository: what the image and the zip assets are made from."""

MAX_CONNECTIONS = 200
"""One for each environment that the event sources may keep busy, and room for the api and an operator."""


class PipelineStack(Stack):
    """Docpipe, one stage of it."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, **stack_options: Any) -> None:
        """Build the stage that ``config`` describes; other arguments are those of ``Stack``."""
        super().__init__(scope, construct_id, **stack_options)
        self._config = config
        prefix = f"docpipe-{config.stage}-"
        network = Network(self, "Network", prefix=prefix)
        self._storage = Storage(
            self, "Storage", prefix=prefix, web_origins=config.web_origins, retain_data=config.retain_data
        )
        self._queues = Queues(
            self,
            "Queues",
            prefix=prefix,
            visibility_timeouts=visibility_timeouts(),
            max_receive_count=MAX_RECEIVE_COUNT,
        )
        self._storage.announce_uploads_to(self._queues.by_name["intake"])
        self._database = Database(
            self,
            "Database",
            prefix=prefix,
            vpc=network.vpc,
            clients=network.functions,
            max_connections=MAX_CONNECTIONS,
            retain_data=config.retain_data,
        )
        self._functions = self._make_functions(network, prefix)
        api = HttpApi(self, "HttpApi", prefix=prefix, handler=self._functions["api"], web_origins=config.web_origins)
        grant_all(
            Grantees(self._functions),
            storage=self._storage,
            queues=self._queues,
            database=self._database,
            mail_sender=config.mail_sender,
        )
        CfnOutput(self, "ApiUrl", value=api.api.api_endpoint)

    def _make_functions(self, network: Network, prefix: str) -> dict[str, lambda_.Function]:
        addresses = {
            "DATABASE_URL": self._database.url,
            "UPLOADS_BUCKET": self._storage.uploads.bucket_name,
            "RESULTS_BUCKET": self._storage.results.bucket_name,
            "QUEUE_URL_PREFIX": f"https://sqs.{self.region}.{self.url_suffix}/{self.account}/{prefix}",
        }
        environments = {spec.name: environment_of(spec, self._config, addresses) for spec in FUNCTIONS}
        surroundings = Surroundings(
            prefix=prefix,
            vpc=network.vpc,
            security_group=network.functions,
            queues=self._queues.by_name,
            retain_logs=self._config.retain_data,
        )
        images = ImageFunctions(
            self,
            "ImageFunctions",
            root=ROOT,
            specs=[spec for spec in FUNCTIONS if spec.package is Package.IMAGE],
            environments=environments,
            surroundings=surroundings,
        )
        zips = ZipFunctions(
            self,
            "ZipFunctions",
            root=ROOT,
            specs=[spec for spec in FUNCTIONS if spec.package is Package.ZIP],
            environments=environments,
            surroundings=surroundings,
        )
        return {**images.functions, **zips.functions}


def add_stage(app: App) -> PipelineStack:
    """Add the stage that the app's context describes.

    Raises:
        ConfigError: a context value is missing or not allowed.
    """
    config = StageConfig.from_context(app.node)
    return PipelineStack(
        app,
        f"docpipe-{config.stage}",
        config=config,
        description="Docpipe: recognises the text of scanned documents",
        tags={"application": "docpipe", "stage": config.stage},
    )
