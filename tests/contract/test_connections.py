"""Who is connected: the fake, and the DynamoDB table against two emulations of DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.connections import DynamoDbConnections
from docpipe.domain.errors import PushError
from docpipe.services import Connections
from local.emulator import Emulator
from local.names import resource_name
from local.provisioning import provision
from local.topology import Topology, load_topology
from tests.support.fakes import FakeConnections

NAME = "connections"
TABLE = resource_name(NAME)
HOURS = 3_600.0


class Time:
    """Seconds since the epoch, which a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def table(emulator: Emulator) -> Any:
    """The table as the runtime makes it, from the stack's template."""
    client = emulator.client("dynamodb")
    if TABLE not in client.list_tables()["TableNames"]:
        provision(emulator, Topology(tables={NAME: load_topology().tables[NAME]}))
    return client


def moto_table() -> Any:
    client = boto3.client("dynamodb", config=CONFIG)
    keys = {"HASH": "tenant_id", "RANGE": "connection_id"}
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": name, "KeyType": kind} for kind, name in keys.items()],  # type: ignore[typeddict-item]
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys.values()],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(params=["fake", "moto", "ministack"])
def connections(request: pytest.FixtureRequest, time: Time, aws_credentials: None) -> Iterator[Connections]:
    if request.param == "ministack":
        yield DynamoDbConnections(request.getfixturevalue("table"), TABLE, time)
        return
    with mock_aws() if request.param == "moto" else nullcontext():
        yield DynamoDbConnections(moto_table(), TABLE, time) if request.param == "moto" else FakeConnections(time)


@pytest.fixture
def tenant() -> str:
    return f"tenant-{uuid4()}"


def test_a_tenants_connections_are_its_own(connections: Connections, tenant: str) -> None:
    connections.add(tenant, "one=")
    connections.add(tenant, "two=")
    connections.add(f"{tenant}-2", "three=")
    assert sorted(connections.of(tenant, limit=10)) == ["one=", "two="]
    assert connections.of(f"{tenant}-2", limit=10) == ["three="]
    assert connections.of("nobody", limit=10) == []
    assert len(connections.of(tenant, limit=1)) == 1


def test_noting_and_forgetting_may_come_twice(connections: Connections, tenant: str) -> None:
    for _ in range(2):
        connections.add(tenant, "one=")
    assert connections.of(tenant, limit=10) == ["one="]
    for _ in range(2):
        connections.remove(tenant, "one=")
    assert connections.of(tenant, limit=10) == []


def test_another_tenant_cannot_forget_for_one(connections: Connections, tenant: str) -> None:
    connections.add(tenant, "one=")
    connections.remove("other", "one=")
    assert connections.of(tenant, limit=10) == ["one="]


def test_a_connection_that_must_have_ended_is_no_more(connections: Connections, tenant: str, time: Time) -> None:
    connections.add(tenant, "one=")
    time.now += 2 * HOURS
    assert connections.of(tenant, limit=10) == ["one="]
    time.now += HOURS
    assert connections.of(tenant, limit=10) == []


def test_a_register_that_is_not_there_is_told(aws_credentials: None) -> None:
    with mock_aws():
        lost = DynamoDbConnections(boto3.client("dynamodb", config=CONFIG), TABLE)
        with pytest.raises(PushError, match="ResourceNotFound"):
            lost.of("tenant", limit=10)
