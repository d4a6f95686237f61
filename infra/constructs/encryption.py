"""The key that everything at rest is encrypted with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

_DELIVERERS = ("s3.amazonaws.com", "cloudwatch.amazonaws.com", "budgets.amazonaws.com")
"""Services that write into an encrypted queue or topic on their own behalf: new uploads, alarms, spending."""

_USE = ["kms:Decrypt", "kms:GenerateDataKey"]

_ALL_USES = [
    *_USE,
    *("kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
]
"""Of services that keep what is encrypted by themselves: DynamoDB (its guide, "Encryption at rest") and CloudWatch Logs
(its user guide, "Encrypt log data")."""

_THROUGH: Mapping[str, Sequence[str]] = {
    # Reading takes Decrypt; so does writing in parts, and a queue's key that is used again.
    "s3": _USE,
    "sqs": _USE,
    "secretsmanager": ["kms:Decrypt"],
    "dynamodb": _ALL_USES,
}
"""What each service does with a key on a caller's behalf."""


class Encryption(Construct):
    """One key a stage, turned every year by KMS: buckets, queues, topics, database and logs.

    One and not five: who may read a queue may read the bucket it tells of, so that keys apart would part
    nothing, at a dollar a month each. Roles get the key by their own policies, each through the services that it uses
    (``grant_through``).
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
                actions=_ALL_USES,
                resources=["*"],
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            )
        )

    def admit_cloudfront(self, bucket_arn: str) -> None:
        """Let distributions of this account read what one bucket keeps under the key, and nothing else.

        S3 names the bucket in what it asks of KMS (with a bucket key; without one the object: "Reducing the cost of
        SSE-KMS", Amazon S3 user guide). Which distribution, the bucket's own policy says: here its ARN would go in a
        circle, by way of the bucket that it reads.
        """
        distributions = Stack.of(self).format_arn(
            service="cloudfront", region="", resource="distribution", resource_name="*"
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                actions=["kms:Decrypt"],
                resources=["*"],
                conditions={
                    "ArnLike": {"aws:SourceArn": distributions},
                    "StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket_arn, f"{bucket_arn}/*"]},
                },
            )
        )

    def grant_through(self, grantee: iam.IGrantable, service: str, *, writing: bool = False) -> None:
        """Let a role use the key through one service, for what that keeps for it.

        Nothing that is encrypted elsewhere can be read so, and no ciphertext in hand.

        Args:
            writing: whether it also writes, where reading takes less (secrets).
        """
        grantee.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=list(_USE if writing else _THROUGH[service]),
                resources=[self.key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"{service}.{Stack.of(self).region}.amazonaws.com"}},
            )
        )

    def grant_variables(self, function: lambda_.IFunction, name: str) -> None:
        """Let a function read its own environment, which Lambda encrypts in the context of the function's ARN.

        Args:
            name: of the function, as its ARN has it: a reference would go in a circle.
        """
        arn = Stack.of(self).format_arn(
            service="lambda", resource="function", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
        )
        function.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt"],
                resources=[self.key.key_arn],
                conditions={"StringEquals": {"kms:EncryptionContext:aws:lambda:FunctionArn": arn}},
            )
        )
