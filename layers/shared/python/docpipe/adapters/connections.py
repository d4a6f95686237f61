"""Who is connected, in a DynamoDB table: an item a connection, forgotten by itself when nobody removes it."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import TYPE_CHECKING

from docpipe.adapters.aws import translated
from docpipe.domain.errors import PushError
from docpipe.domain.limits import CONNECTION_S

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoDbConnections:
    """The ``connections`` table.

    Args:
        now: seconds since the epoch.
    """

    def __init__(self, client: DynamoDBClient, table: str, now: Callable[[], float] = time) -> None:
        self._client = client
        self._table = table
        self._now = now

    def add(self, tenant_id: str, connection_id: str) -> None:
        """Note a connection."""
        with translated(PushError, "A connection could not be noted"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    "tenant_id": {"S": tenant_id},
                    "connection_id": {"S": connection_id},
                    "expires_at": {"N": str(int(self._now()) + CONNECTION_S)},
                },
            )

    def remove(self, tenant_id: str, connection_id: str) -> None:
        """Forget a connection, if it is known."""
        with translated(PushError, "A connection could not be forgotten"):
            self._client.delete_item(
                TableName=self._table,
                Key={"tenant_id": {"S": tenant_id}, "connection_id": {"S": connection_id}},
            )

    def of(self, tenant_id: str, *, limit: int) -> list[str]:
        """The connections of a tenant, ``limit`` at most. Expired ones stay in a table for up to two days."""
        with translated(PushError, "Connections could not be looked up"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="tenant_id = :tenant",
                FilterExpression="expires_at > :now",
                ExpressionAttributeValues={":tenant": {"S": tenant_id}, ":now": {"N": str(int(self._now()))}},
                ProjectionExpression="connection_id",
                # A page that has just connected is to be told of what comes next.
                ConsistentRead=True,
            )
        return [item["connection_id"]["S"] for item in answer["Items"]][:limit]
