"""Behind a pooler each transaction may be another session's: nothing may be left in one, or counted on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.secrets import SecretsManager
from docpipe.bootstrap.parts.database import database
from docpipe.settings import Settings


@pytest.fixture(params=[False, True], ids=["direct", "pooled"])
def pooled(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def connected(database_url: str, pooled: bool) -> Iterator[Database]:
    database = Database(database_url, pooled=pooled)
    yield database
    database.close()


def test_statements_end_in_time_and_a_tenant_sees_its_own_either_way(connected: Database) -> None:
    with connected.transaction("tenant-a") as cursor:
        told = cursor.execute(
            """SELECT current_setting('statement_timeout') AS timeout, current_user AS role,
                      current_setting('docpipe.tenant_id') AS tenant"""
        ).fetchone()
    assert told == {"timeout": "30s", "role": "docpipe_tenant", "tenant": "tenant-a"}
    assert connected.rows("SELECT current_setting('statement_timeout') AS timeout", ()) == [{"timeout": "30s"}]


def test_a_session_is_as_it_was_made_before_and_after_a_transaction(database_url: str) -> None:
    """As often as a statement is repeated, too: the driver would prepare it on the fifth time."""
    database = Database(database_url, pooled=True)
    for _ in range(8):
        with database.transaction("tenant-a") as cursor:
            cursor.execute("SELECT count(*) FROM documents WHERE tenant_id = %s", ("tenant-a",))
        database.rows("SELECT count(*) FROM documents WHERE tenant_id = %s", ("tenant-a",))
    asked = """SELECT current_setting('statement_timeout') AS timeout, session_user = current_user AS itself,
                      (SELECT count(*) FROM pg_prepared_statements) AS prepared,
                      current_setting('docpipe.tenant_id', true) AS tenant"""
    session = database._open().execute(asked).fetchone()
    database.close()
    assert session is not None
    assert (session["timeout"], session["itself"], session["prepared"]) == ("0", True, 0)
    assert not session["tenant"]


def test_the_database_of_an_operator_is_taken_to_be_pooled(
    database_url: str, aws_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address is in a secret."""
    monkeypatch.setattr(SecretsManager, "read", lambda _secrets, _name: database_url)
    given = {"docpipe_stage": "test", "log_level": "INFO", "database_iam_auth": "false", "database_secret": "address"}
    with database(Settings.model_validate(given)).connect() as connection:
        assert "statement_timeout" not in connection.info.options
    with Database(database_url).connect() as connection:
        assert "statement_timeout" in connection.info.options
