"""Puts the built page, and what the deployment tells it, into its bucket."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from infra.constructs.web import Web
from infra.context import ConfigError

CONFIG_FILE = "config.json"


class PageFiles(Construct):
    """CDK's own copying function, with a role that can do what it does here and no more."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        web: Web,
        folder: Path,
        config: Mapping[str, Any],
        log: logs.ILogGroup,
    ) -> None:
        """Deploy the files.

        Args:
            web: whose bucket and distribution.
            folder: the built page.
            config: what ``config.json`` beside the page says.
            log: where the copying function writes.

        Raises:
            ConfigError: there is no built page in the folder.
        """
        super().__init__(scope, construct_id)
        if not (folder / "index.html").is_file():
            raise ConfigError("web_folder", str(folder), "the folder of the built page (make web builds it)")
        page = assets.Asset(self, "Page", path=str(folder))
        copied = deployment.BucketDeployment(
            self,
            "Files",
            sources=[
                deployment.Source.bucket(page.bucket, page.s3_object_key),
                deployment.Source.json_data(CONFIG_FILE, config),
            ],
            destination_bucket=web.bucket,
            distribution=web.distribution,
            distribution_paths=["/*"],
            # Browsers ask each time whether a file has changed; with an ETag that is one short answer.
            cache_control=[deployment.CacheControl.from_string("no-cache")],
            retain_on_delete=False,
            memory_limit=512,
            log_group=log,
            # CDK would grant it every action on all of both buckets.
            role=self._role(web, page, log).without_policy_updates(),
        )
        copied.node.add_dependency(log)

    def _role(self, web: Web, page: assets.Asset, log: logs.ILogGroup) -> iam.Role:
        allowed = [
            (["s3:GetObject"], [page.bucket.arn_for_objects("*.zip")]),
            (["s3:GetBucketTagging", "s3:ListBucket"], [web.bucket.bucket_arn]),
            (["s3:DeleteObject", "s3:PutObject"], [web.bucket.arn_for_objects("*")]),
            (["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"], [web.distribution_arn]),
        ]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "copy": iam.PolicyDocument(
                    statements=[iam.PolicyStatement(actions=list(a), resources=list(r)) for a, r in allowed]
                )
            },
        )
        log.grant_write(role)
        return role
