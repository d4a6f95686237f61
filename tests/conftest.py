"""What tests share: a real PostgreSQL, with a database of its own for each test process."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from docpipe.adapters.postgres.connection import Database
from docpipe.migrations.runner import migrate
from tests.support.databases import new_database
from tests.support.records import Records

pytest_plugins = ["tests.support.postgres_plugin", "tests.support.second_tries"]


@pytest.fixture(scope="session")
def server_url() -> str:
    return os.environ["DOCPIPE_TEST_DATABASE_URL"]


@pytest.fixture(scope="session")
def database_url(server_url: str, worker_id: str) -> Iterator[str]:
    """A database of this test process, at the newest schema."""
    with new_database(server_url, f"docpipe_{worker_id}_{os.getpid()}") as url:
        migrate(Database(url).connect)
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database, with empty tables."""
    database = Database(database_url)
    with database.transaction() as cursor:
        tables = "documents, tenants, rate_buckets, idempotency_keys, webhooks, audit, erasures, queue_news"
        cursor.execute(f"TRUNCATE {tables} CASCADE")
    yield database
    database.close()


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database)


@pytest.fixture
def aws_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that open nothing, and a region."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
