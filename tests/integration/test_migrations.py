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
from docpipe.migrations.runner import migrate, newest_revision
from functions.migrate.handler import handle
from tests.support.invocations import Context


@pytest.fixture
def empty_database(server_url: str) -> Iterator[Database]:
    """A database with nothing in it."""
    name = f"docpipe_empty_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    database = Database(make_conninfo(server_url, dbname=name))
    yield database
    database.close()
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def tables(database: Database) -> set[str]:
    with database.transaction() as cursor:
        rows = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {row["tablename"] for row in rows}


def test_an_empty_database_is_brought_to_the_newest_schema_and_stays_there(empty_database: Database) -> None:
    answers = [handle({}, Context(), empty_database.connect) for _ in range(2)]
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
