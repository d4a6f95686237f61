"""The key-value tables."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.tables import TableSpec


class Tables(Construct):
    """DynamoDB tables, paid by request, encrypted, forgetting by themselves.

    Nothing in them is worth a backup, and none outlives its stack: what must be kept is in PostgreSQL.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, key: kms.IKey, specs: Sequence[TableSpec]
    ) -> None:
        """Make a table for each of ``specs``.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            key: what items are encrypted with.
        """
        super().__init__(scope, construct_id)
        self.by_name: dict[str, dynamodb.Table] = {
            spec.name: dynamodb.Table(
                self,
                spec.name.title(),
                table_name=f"{prefix}{spec.name}",
                partition_key=_string(spec.partition_key),
                sort_key=_string(spec.sort_key) if spec.sort_key else None,
                time_to_live_attribute=spec.expires,
                billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
                encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
                encryption_key=key,
                removal_policy=RemovalPolicy.DESTROY,
            )
            for spec in specs
        }


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
