"""The key that everything at rest is encrypted with."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

_DELIVERERS = ("s3.amazonaws.com", "cloudwatch.amazonaws.com", "budgets.amazonaws.com")
"""Services that write into an encrypted queue or topic on their own behalf: new uploads, alarms, spending."""

_USE = ["kms:Decrypt", "kms:GenerateDataKey"]
_USE_IN_TABLES = [
    *("kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext"),
    *("kms:ReEncryptFrom", "kms:ReEncryptTo"),
]
"""What DynamoDB does with a key on a caller's behalf, beside the above (DynamoDB guide, encryption at rest)."""


class Encryption(Construct):
    """One key a stage, turned every year by KMS: buckets, queues, topics, database and logs.

    One and not five: who may read a queue may read the bucket it tells of, so that keys apart would part
    nothing, at a dollar a month each. Roles get the key by their own policies (``grant``).
    """

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, retain_data: bool) -> None:
        """Make the key.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            retain_data: whether the key outlives the stack, as it must where data does.
        """
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            alias=f"{prefix}data",
            description="Docpipe: all that is stored",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN if retain_data else RemovalPolicy.DESTROY,
        )
        self._admit_deliverers()
        self._admit_logs(prefix)

    def _admit_deliverers(self) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(service) for service in _DELIVERERS],
                actions=_USE,
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )

    def _admit_logs(self, prefix: str) -> None:
        """CloudWatch Logs says which group it encrypts for; only this stage's groups are."""
        stack = Stack.of(self)
        groups = [
            stack.format_arn(
                service="logs", resource="log-group", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
            )
            for name in (
                f"/aws/lambda/{prefix}*",
                f"/aws/rds/instance/{prefix}*",
                f"/docpipe/{prefix}*",
                f"aws-waf-logs-{prefix}*",
            )
        ]
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
                actions=[*_USE, "kms:DescribeKey", "kms:Encrypt"],
                resources=["*"],
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            )
        )

    def grant(self, grantees: Sequence[iam.IGrantable]) -> None:
        """Let these read and write what is encrypted with the key."""
        for grantee in grantees:
            grantee.grant_principal.add_to_principal_policy(
                iam.PolicyStatement(actions=_USE, resources=[self.key.key_arn])
            )

    def grant_tables(self, grantees: Sequence[iam.IGrantable]) -> None:
        """Let these use tables that are encrypted with the key, through DynamoDB only."""
        for grantee in grantees:
            grantee.grant_principal.add_to_principal_policy(
                iam.PolicyStatement(
                    actions=_USE_IN_TABLES,
                    resources=[self.key.key_arn],
                    conditions={"StringEquals": {"kms:ViaService": f"dynamodb.{Stack.of(self).region}.amazonaws.com"}},
                )
            )
