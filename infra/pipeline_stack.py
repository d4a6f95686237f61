"""The whole system in one stack: constructs put together, and who may do what with which."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.catalogue import FUNCTIONS, MAX_RECEIVE_COUNT, OCR_LANES, Package, visibility_timeouts
from infra.config import StageConfig
from infra.constructs.database import DATABASE_USER, Database
from infra.constructs.http_api import HttpApi
from infra.constructs.lambda_function import Surroundings
from infra.constructs.network import Network
from infra.constructs.ocr_functions import ImageFunctions
from infra.constructs.queues import Queues
from infra.constructs.storage import UPLOADS_PREFIX, Storage
from infra.constructs.zip_functions import ZipFunctions
from infra.environment import environment_of

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
        self._grant_database()
        self._grant_uploads()
        self._grant_results()
        self._grant_sending()
        self._grant_mail()
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

    def _named(self, folder: str) -> list[lambda_.Function]:
        """The functions made from one folder: three for ``ocr``, one for any other."""
        return [self._functions[spec.name] for spec in FUNCTIONS if spec.folder == folder]

    def _grant_database(self) -> None:
        for function in self._functions.values():
            self._database.instance.grant_connect(function, DATABASE_USER)

    def _grant_uploads(self) -> None:
        """The api signs uploads with its own permission; those who read name the version they were told of."""
        uploads = f"{self._storage.uploads.bucket_arn}/{UPLOADS_PREFIX}*"
        for function in self._named("api"):
            _allow(function, ["s3:PutObject"], uploads)
        for folder in ("intake", "ocr", "assemble"):
            for function in self._named(folder):
                _allow(function, ["s3:GetObject", "s3:GetObjectVersion"], uploads)

    def _grant_results(self) -> None:
        """Recognition writes page images, assembly reads them and writes files, the api signs addresses."""
        results = f"{self._storage.results.bucket_arn}/*"
        for function in self._named("ocr"):
            _allow(function, ["s3:PutObject"], results)
        for function in self._named("assemble"):
            _allow(function, ["s3:GetObject", "s3:PutObject"], results)
        for function in self._named("api"):
            _allow(function, ["s3:GetObject"], results)

    def _grant_sending(self) -> None:
        """Who passes work on, and to which queues. Taking from a queue is granted with its event source."""
        targets = {
            "intake": (*OCR_LANES, "events"),
            "ocr": (*OCR_LANES, "assemble", "events"),
            "assemble": ("events",),
            "dead_letter": ("events",),
            "sweep": (*OCR_LANES, "assemble", "events"),
        }
        for folder, queues in targets.items():
            for function in self._named(folder):
                arns = [self._queues.by_name[queue].queue_arn for queue in queues]
                _allow(function, ["sqs:SendMessage"], *arns)
        looked_through = [queue.queue_arn for queue in self._queues.dead_letter.values()]
        for function in self._named("dead_letter"):
            _allow(function, ["sqs:ChangeMessageVisibility", "sqs:ReceiveMessage"], *looked_through)

    def _grant_mail(self) -> None:
        """SES knows the sender by its address or by its domain, whichever was verified."""
        sender = self._config.mail_sender
        identities = [
            self.format_arn(service="ses", resource="identity", resource_name=name)
            for name in (sender, sender.rpartition("@")[2])
        ]
        for function in self._named("notify"):
            function.add_to_role_policy(
                iam.PolicyStatement(
                    actions=["ses:SendEmail"],
                    resources=identities,
                    conditions={"StringEquals": {"ses:FromAddress": sender}},
                )
            )


def _allow(function: lambda_.Function, actions: list[str], *resources: str) -> None:
    function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=list(resources)))


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
