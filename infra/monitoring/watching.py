"""What of a stage is watched."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_

from infra.catalogue import FUNCTIONS
from infra.config import StageConfig
from infra.constructs.database import Database
from infra.constructs.queues import Queues
from infra.monitoring.metrics import Watched
from infra.specs import Package


def watched(
    config: StageConfig,
    *,
    queues: Queues,
    functions: Mapping[str, lambda_.IFunction],
    api: apigateway.HttpApi,
    database: Database | None,
) -> Watched:
    """The parts that dashboard and alarms look at.

    Args:
        functions: those at work, by name.
        database: None where it is not the stage's own.
    """
    traits = config.traits.database
    return Watched(
        stage=config.stage,
        queues=queues.by_name,
        dead_letters=queues.dead_letter,
        functions=functions,
        recognisers=[spec.name for spec in FUNCTIONS if spec.folder == "ocr"],
        image_functions=[spec.name for spec in FUNCTIONS if spec.package is Package.IMAGE],
        api=api,
        database=database.instance if database else None,
        max_connections=traits.max_connections if traits else 0,
        storage_gb=traits.storage_gb if traits else 0,
    )
