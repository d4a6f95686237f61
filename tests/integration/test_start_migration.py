"""The function that deployments call: what it asks, and what CloudFormation is answered."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
from moto import mock_aws

from docpipe.adapters.secrets import SecretsManager
from docpipe.domain.errors import FunctionError, SecretError
from docpipe.migrations.start import MigrationStart
from functions.start_migration.handler import handle
from tests.support.invocations import Context

SECRET = json.dumps({"username": "docpipe_admin", "password": "a-password"})


class Answers:
    """An address that takes answers, as S3 does for CloudFormation."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []
        answers = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answers.taken.append((self.headers.get("Content-Type", ""), json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


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
def answers() -> Iterator[Answers]:
    answers = Answers()
    yield answers
    answers.close()


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretsManager]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")
        client.create_secret(Name="administrator", SecretString=SECRET)
        yield SecretsManager(client)


def request(answers: Answers, kind: str = "Create", **more: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": answers.url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Schema",
        **more,
    }


def start(secrets: SecretsManager, migrate: MigrateFunction, secret: str | None = "administrator") -> MigrationStart:
    return MigrationStart(functions=migrate, secrets=secrets, migrate_function="migrate", administrator_secret=secret)


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
