"""The database's schema as a resource of the stack: a deployment that brings migrations runs them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aws_cdk import CustomResource, Duration, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

MIGRATIONS = "layers/shared/python/docpipe/migrations"

_ANSWER_WITHIN = Duration.minutes(10)
"""More than the function may run. CloudFormation's own limit is an hour, also for a function that was killed."""


class Schema(Construct):
    """Changes when a migration is added, and then has the start_migration function run.

    A migration that fails fails the deployment, and CloudFormation puts the functions of before back.
    """

    def __init__(self, scope: Construct, construct_id: str, *, root: Path, start: lambda_.Function) -> None:
        """Make the resource.

        Args:
            root: the repository, for the digest of the migrations.
            start: the function that CloudFormation calls.
        """
        super().__init__(scope, construct_id)
        # A failure has been answered, and the deployment is being rolled back: a second run would meddle with it.
        start.configure_async_invoke(retry_attempts=0)
        self.resource = CustomResource(
            self,
            "Schema",
            resource_type="Custom::DocpipeSchema",
            service_token=start.function_arn,
            properties={"Migrations": _digest(root / MIGRATIONS)},
            # Nothing is undone when it goes: the schema goes with its database.
            removal_policy=RemovalPolicy.DESTROY,
            service_timeout=_ANSWER_WITHIN,
        )


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(f"{file.relative_to(folder).as_posix()}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
