"""The keys of links: what CloudFormation is told of them, and that turning them and turning back breaks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import boto3
import pytest
from moto import mock_aws

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.rsa_keys import RsaKeyPairs
from docpipe.adapters.secrets import KeptSecret
from docpipe.domain.errors import SecretError
from docpipe.pipeline.link_keys import LinkKeyring
from docpipe.services import SecretKeeper
from functions.link_keys.handler import handle
from tests.support.cloudformation import Answers, request
from tests.support.fakes import FakeSecret
from tests.support.invocations import Context


@pytest.fixture
def answers() -> Iterator[Answers]:
    with closing(Answers()) as answers:
        yield answers


@pytest.fixture(params=["fake", "secrets manager"])
def secret(request: pytest.FixtureRequest, aws_credentials: None) -> Iterator[SecretKeeper]:
    """One that holds nothing yet, as CloudFormation makes it."""
    if request.param == "fake":
        yield FakeSecret()
        return
    with mock_aws():
        client = boto3.client("secretsmanager", config=CONFIG)
        yield KeptSecret(client, client.create_secret(Name="links")["ARN"])


def ask(answers: Answers, secret: SecretKeeper, number: int, kind: str = "Update") -> dict[str, Any]:
    """What CloudFormation is told."""
    event = request(answers, kind, ResourceProperties={"Number": str(number)})
    handle(event, Context(), LinkKeyring(secret, RsaKeyPairs()))
    answer = answers.taken[-1][1]
    assert answer["Status"] == "SUCCESS"
    assert len(json.dumps(answer)) < 4_096, "CloudFormation takes no longer one"
    return dict(answer["Data"])


def held(secret: SecretKeeper) -> dict[str, str]:
    current = secret.current()
    assert current is not None
    return dict(json.loads(current.text))


def test_a_new_stage_gets_the_key_that_signs_and_the_next(answers: Answers, secret: SecretKeeper) -> None:
    assert secret.current() is None
    told = ask(answers, secret, 1, "Create")
    assert told.keys() == {"Version", "PublicKey1", "PublicKey2"}
    current = secret.current()
    assert current is not None
    assert told["Version"] == current.version_id
    public = RsaKeyPairs().public_half_of
    assert {name: public(key) for name, key in held(secret).items()} == {
        "key1": told["PublicKey1"],
        "key2": told["PublicKey2"],
    }
    assert told["PublicKey1"] != told["PublicKey2"]


def test_what_comes_twice_changes_nothing(answers: Answers, secret: SecretKeeper) -> None:
    assert ask(answers, secret, 1, "Create") == ask(answers, secret, 1, "Create")


def test_a_turn_signs_by_a_key_that_is_known_already_and_makes_the_next(answers: Answers, secret: SecretKeeper) -> None:
    before = ask(answers, secret, 1, "Create")
    after = ask(answers, secret, 2)
    assert after.keys() == {"Version", "PublicKey2", "PublicKey3"}
    assert after["PublicKey2"] == before["PublicKey2"]
    assert after["PublicKey3"] not in before.values()
    # The variable that holds the key names the version: it is another, so that the function gets another.
    assert after["Version"] != before["Version"]


def test_a_turn_that_is_rolled_back_finds_its_key(answers: Answers, secret: SecretKeeper) -> None:
    """CloudFront takes no other key under the same name: the rollback would fail."""
    before = ask(answers, secret, 7, "Create")
    ask(answers, secret, 8)
    back = ask(answers, secret, 7)
    assert {**back, "Version": None} == {**before, "Version": None}


def test_keys_of_long_ago_are_kept_no_longer(answers: Answers, secret: SecretKeeper) -> None:
    for number in (1, 2, 3):
        ask(answers, secret, number)
    assert held(secret).keys() == {"key2", "key3", "key4"}


def test_a_stack_that_goes_makes_no_keys(answers: Answers, secret: SecretKeeper) -> None:
    handle(request(answers, "Delete", PhysicalResourceId="known"), Context(), LinkKeyring(secret, RsaKeyPairs()))
    assert secret.current() is None
    assert answers.taken[-1][1]["Status"] == "SUCCESS"


def test_a_secret_that_is_not_there_fails_the_deployment_with_a_reason(answers: Answers, aws_credentials: None) -> None:
    keyring = LinkKeyring(KeptSecret(boto3.client("secretsmanager", config=CONFIG), "absent"), RsaKeyPairs())
    with mock_aws(), pytest.raises(SecretError):
        handle(request(answers, ResourceProperties={"Number": "1"}), Context(), keyring)
    assert answers.taken[-1][1]["Status"] == "FAILED"
    assert "could not be written (ResourceNotFoundException)" in answers.taken[-1][1]["Reason"]
