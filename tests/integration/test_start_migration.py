"""The function that deployments call: what it asks, and what CloudFormation is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import boto3
import pytest
from moto import mock_aws

from docpipe.adapters.secrets import SecretsManager
from docpipe.domain.errors import FunctionError, SecretError
from docpipe.migrations.start import MigrationStart
from functions.start_migration.handler import handle
from tests.support.cloudformation import Answers, request
from tests.support.invocations import Context

SECRET = json.dumps({"username": "docpipe_admin", "password": "a-password"})


class MigrateFunction:
    """The other function: remembers what it was asked, and answers or fails."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self._failure = failure

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        self.asked.append((function, event))
        if self._failure:
            raise self._failure
        return {"revision": "0007"}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretsManager]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")
        client.create_secret(Name="administrator", SecretString=SECRET)
        yield SecretsManager(client)


def start(secrets: SecretsManager, migrate: MigrateFunction, secret: str | None = "administrator") -> MigrationStart:
    return MigrationStart(functions=migrate, secrets=secrets, migrate_function="migrate", administrator_secret=secret)


@pytest.fixture
def answers() -> Iterator[Answers]:
    with closing(Answers()) as answers:
        yield answers


def test_the_password_reaches_the_migrate_function_and_the_revision_cloudformation(
    answers: Answers, secrets: SecretsManager
) -> None:
    migrate = MigrateFunction()
    handle(request(answers), Context(), start(secrets, migrate))
    assert migrate.asked == [("migrate", {"administrator": json.loads(SECRET)})]
    ((content_type, answer),) = answers.taken
    assert content_type == ""
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"] == {"Revision": "0007"}
    assert (answer["StackId"], answer["RequestId"], answer["LogicalResourceId"]) == ("stack", "request", "Schema")


def test_with_a_login_that_exists_no_secret_is_read(answers: Answers, secrets: SecretsManager) -> None:
    migrate = MigrateFunction()
    handle(request(answers, "Update", PhysicalResourceId="known"), Context(), start(secrets, migrate, None))
    assert migrate.asked == [("migrate", {})]
    assert answers.taken[0][1]["PhysicalResourceId"] == "known"


def test_a_stack_that_goes_migrates_nothing(answers: Answers, secrets: SecretsManager) -> None:
    migrate = MigrateFunction()
    handle(request(answers, "Delete", PhysicalResourceId="known"), Context(), start(secrets, migrate))
    assert migrate.asked == []
    assert answers.taken[0][1]["Status"] == "SUCCESS"


def test_a_failed_migration_fails_the_deployment(answers: Answers, secrets: SecretsManager) -> None:
    migrate = MigrateFunction(FunctionError("The function migrate failed. Its log group says why."))
    with pytest.raises(FunctionError):
        handle(request(answers), Context(), start(secrets, migrate))
    assert answers.taken[0][1]["Status"] == "FAILED"
    assert answers.taken[0][1]["Reason"] == "The function migrate failed. Its log group says why."


def test_a_foreign_error_is_told_by_its_name_only(answers: Answers, secrets: SecretsManager) -> None:
    with pytest.raises(ValueError, match="a-password"):
        handle(request(answers), Context(), start(secrets, MigrateFunction(ValueError("a-password"))))
    assert answers.taken[0][1]["Reason"] == "ValueError"


def test_a_secret_that_is_missing_is_told(secrets: SecretsManager) -> None:
    with pytest.raises(SecretError, match="ResourceNotFoundException"):
        secrets.read("absent")
