"""What was done is done once: the fake, and the DynamoDB table against two emulations of DynamoDB."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import boto3
import pytest
from moto import mock_aws

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.idempotency import DynamoDbOnce
from docpipe.domain.errors import CapacityError, InProgressError, MailError
from docpipe.services import Once, Outcome
from local.emulator import Emulator
from local.provisioning import provision
from local.topology import Topology, load_topology
from tests.support.fakes import FakeOnce

TABLE = "docpipe-local-idempotency"


def a_minute() -> int:
    return 60_000


class Deed:
    """Counts how often it was done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> Outcome:
        self.done += 1
        return {"outcome": "sent", "answered": None, "number": self.done}


@pytest.fixture(scope="session")
def table(emulator: Emulator) -> Any:
    """The table as the runtime makes it, from the stack's template."""
    provision(emulator, Topology(tables={"idempotency": load_topology().tables["idempotency"]}))
    return emulator.client("dynamodb")


def moto_table() -> Any:
    client = boto3.client("dynamodb", config=CONFIG)
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


@pytest.fixture(params=["fake", "moto", "ministack"])
def once(request: pytest.FixtureRequest, aws_credentials: None) -> Iterator[Once]:
    if request.param == "fake":
        yield FakeOnce()
    elif request.param == "moto":
        with mock_aws():
            yield DynamoDbOnce(moto_table(), TABLE, name="test")
    else:
        yield DynamoDbOnce(request.getfixturevalue("table"), TABLE, name=request.node.name)


def test_what_comes_twice_is_done_once_and_gives_the_same(once: Once) -> None:
    deed = Deed()
    first, second = (once("mail 1", deed, remaining_ms=a_minute) for _ in range(2))
    assert first == second == {"outcome": "sent", "answered": None, "number": 1}
    assert deed.done == 1


def test_another_key_is_another_deed(once: Once) -> None:
    deed = Deed()
    assert [once(key, deed, remaining_ms=a_minute)["number"] for key in ("mail 1", "mail 2")] == [1, 2]


def test_what_failed_was_not_done(once: Once) -> None:
    deed = Deed()

    def fail() -> Outcome:
        raise MailError("The e-mail could not be sent. Try again.")

    with pytest.raises(MailError):
        once("mail 1", fail, remaining_ms=a_minute)
    assert once("mail 1", deed, remaining_ms=a_minute)["number"] == 1


def test_what_is_being_done_is_not_begun_again(once: Once) -> None:
    deed = Deed()

    def meanwhile() -> Outcome:
        with pytest.raises(InProgressError):
            once("mail 1", deed, remaining_ms=a_minute)
        return {"outcome": "sent"}

    assert once("mail 1", meanwhile, remaining_ms=a_minute) == {"outcome": "sent"}
    assert deed.done == 0


class _Killed(BaseException):
    """The environment ends: nothing after it runs."""


@pytest.mark.parametrize("emulation", ["moto", "ministack"])
def test_who_died_without_a_word_is_followed_once_its_time_is_over(
    emulation: str, request: pytest.FixtureRequest, aws_credentials: None
) -> None:
    def die() -> Outcome:
        raise _Killed

    with mock_aws() if emulation == "moto" else nullcontext():
        client = moto_table() if emulation == "moto" else request.getfixturevalue("table")
        once, deed = DynamoDbOnce(client, TABLE, name=request.node.name), Deed()
        with pytest.raises(_Killed):
            once("mail 1", die, remaining_ms=lambda: 60_000)
        with pytest.raises(InProgressError):
            once("mail 1", deed, remaining_ms=a_minute)
        with pytest.raises(_Killed):
            once("mail 2", die, remaining_ms=lambda: 1)
        time.sleep(0.01)
        assert once("mail 2", deed, remaining_ms=a_minute)["number"] == 1


def test_a_missing_table_asks_for_patience_and_names_the_remedy(aws_credentials: None) -> None:
    with mock_aws():
        once = DynamoDbOnce(boto3.client("dynamodb", config=CONFIG), "nowhere", name="test")
        with pytest.raises(CapacityError, match="check the idempotency table"):
            once("mail 1", Deed(), remaining_ms=a_minute)
