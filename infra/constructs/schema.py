"""The database's schema as a resource of the stack: a deployment that brings migrations runs them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aws_cdk import CustomResource, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

MIGRATIONS = "layers/shared/python/docpipe/migrations"


class Schema(Construct):
    """Changes when a migration is added, and then has the start_migration function run.

    A migration that fails fails the deployment, and CloudFormation puts the functions of before back.
    """

    def __init__(self, scope: Construct, construct_id: str, *, root: Path, start: lambda_.IFunction) -> None:
        """Make the resource.

        Args:
            root: the repository, for the digest of the migrations.
            start: the function that CloudFormation calls.
        """
        super().__init__(scope, construct_id)
        self.resource = CustomResource(
            self,
            "Schema",
            resource_type="Custom::DocpipeSchema",
            service_token=start.function_arn,
            properties={"Migrations": _digest(root / MIGRATIONS)},
            # Nothing is undone when it goes: the schema goes with its database.
            removal_policy=RemovalPolicy.DESTROY,
        )


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(f"{file.relative_to(folder).as_posix()}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
