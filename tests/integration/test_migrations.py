"""The schema: brought up from nothing, twice, and by several at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from docpipe.adapters.postgres.connection import Database
from docpipe.migrations.logins import Databases, make_login
from docpipe.migrations.runner import migrate, newest_revision
from functions.migrate.handler import handle
from tests.support.databases import new_database
from tests.support.invocations import Context


@pytest.fixture
def empty_database(server_url: str) -> Iterator[Database]:
    """A database with nothing in it."""
    with new_database(server_url, f"docpipe_empty_{uuid4().hex}") as url:
        database = Database(url)
        yield database
        database.close()


def tables(database: Database) -> set[str]:
    with database.transaction() as cursor:
        rows = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {row["tablename"] for row in rows}


def test_an_empty_database_is_brought_to_the_newest_schema_and_stays_there(empty_database: Database) -> None:
    answers = [handle({}, Context(), Databases(empty_database.connect, "")) for _ in range(2)]
    assert answers == [{"revision": newest_revision()}] * 2
    assert tables(empty_database) >= {"documents", "chunks", "pages", "events", "notifications", "webhooks", "audit"}


def test_every_table_that_a_tenant_may_touch_is_under_row_level_security(database: Database) -> None:
    with database.transaction() as cursor:
        rows = cursor.execute(
            """SELECT c.relname, c.relrowsecurity, count(p.polname) AS policies
                 FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
                WHERE c.relkind = 'r' AND has_table_privilege('docpipe_tenant', c.oid, 'SELECT')
                  AND c.relnamespace = 'public'::regnamespace
                GROUP BY c.relname, c.relrowsecurity"""
        ).fetchall()
    assert len(rows) >= 10
    assert {row["relname"] for row in rows if not row["relrowsecurity"] or not row["policies"]} == set()


def test_several_runners_at_once_do_no_harm(empty_database: Database) -> None:
    revisions: list[str] = []
    runners = [threading.Thread(target=lambda: revisions.append(migrate(empty_database.connect))) for _ in range(4)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert revisions == [newest_revision()] * 4


def test_a_migration_that_fails_leaves_nothing_behind(empty_database: Database) -> None:
    with empty_database.transaction() as cursor:
        # A table of that name stands in the way of a later statement.
        cursor.execute("CREATE TABLE notifications (id int)")
    with pytest.raises(Exception, match="already exists"):
        migrate(empty_database.connect)
    assert tables(empty_database) == {"notifications"}


def test_a_schema_that_is_ahead_is_left_to_the_code_of_before(empty_database: Database) -> None:
    """A deployment that is taken back brings code that has never heard of the newest migration."""
    migrate(empty_database.connect)
    with empty_database.transaction() as cursor:
        cursor.execute("UPDATE alembic_version SET version_num = 'of-tomorrow'")
    before = tables(empty_database)
    assert handle({}, Context(), Databases(empty_database.connect, "")) == {"revision": "of-tomorrow"}
    assert tables(empty_database) == before


@pytest.fixture
def with_token_role(server_url: str) -> None:
    """The role that RDS has in every instance."""
    with psycopg.connect(server_url, autocommit=True) as server:
        if server.execute("SELECT FROM pg_roles WHERE rolname = 'rds_iam'").fetchone() is None:
            server.execute("CREATE ROLE rds_iam NOLOGIN")


@pytest.fixture
def login(server_url: str) -> Iterator[str]:
    """The name of a user that does not exist yet, and is removed afterwards."""
    name = f"functions_{uuid4().hex}"
    yield name
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


@pytest.mark.usefixtures("with_token_role")
def test_the_administrator_makes_a_login_that_migrates_but_makes_no_roles(
    login: str, empty_database: Database, server_url: str
) -> None:
    administrator = empty_database.connect()
    name = administrator.info.dbname
    for _ in range(2):
        make_login(administrator, user=login, database=name)
    # RDS would ask for a token; here the server is told a password in its place.
    secret = uuid4().hex
    administrator.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(secret)))
    user = Database(make_conninfo(server_url, dbname=name, user=login, password=secret))
    assert migrate(user.connect) == newest_revision()
    with user.transaction("a-tenant") as cursor:
        assert cursor.execute("SELECT count(*) AS n FROM documents").fetchone() == {"n": 0}
    with user.connect() as connection:
        held = connection.execute("SELECT pg_has_role(%s, 'rds_iam', 'MEMBER') AS token", (login,)).fetchone()
        assert held == {"token": True}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE ROLE stranger")
    user.close()
    administrator.close()


@pytest.mark.usefixtures("with_token_role")
def test_an_event_with_an_administrator_has_the_login_made_first(
    login: str, empty_database: Database, server_url: str
) -> None:
    owner = empty_database.connect()
    url = make_conninfo(server_url, user=login, dbname=owner.info.dbname)
    administrator = {"username": owner.info.user, "password": owner.info.password or "unused"}
    answer = handle({"administrator": administrator}, Context(), Databases(empty_database.connect, url))
    assert answer == {"revision": newest_revision()}
    assert owner.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", (login,)).fetchone() == {
        "rolcanlogin": True
    }
    owner.close()
