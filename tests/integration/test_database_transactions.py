"""Transactions: all of it or nothing, one at a time, and a tenant's scope that no tenant's name gets out of."""

from __future__ import annotations

import psycopg
import pytest

from docpipe.adapters.postgres.connection import Database
from docpipe.domain.errors import CapacityError, DatabaseError
from tests.support.records import Records

SCOPE = "SELECT current_user AS role, current_setting('docpipe.tenant_id', true) AS tenant"


@pytest.mark.parametrize(
    "tenant_id",
    ["it's", "back\\slash", "'; RESET ROLE; --", "\\'; RESET ROLE; --", "$$", "%s", "{}", "näme 名", "a\nb", ""],
)
def test_a_tenant_of_any_name_has_its_own_scope(database: Database, tenant_id: str) -> None:
    with database.transaction(tenant_id) as cursor:
        assert cursor.execute(SCOPE).fetchone() == {"role": "docpipe_tenant", "tenant": tenant_id}


def test_a_name_that_no_tenant_can_have_opens_nothing(database: Database) -> None:
    with pytest.raises(DatabaseError), database.transaction("nul\0byte"):
        raise AssertionError("it began")
    with database.transaction() as cursor:
        assert cursor.execute("SELECT 1 AS one").fetchone() == {"one": 1}


def test_a_scope_ends_with_its_transaction_however_that_ends(database: Database) -> None:
    with database.transaction() as cursor:
        before = cursor.execute(SCOPE).fetchone()
    assert before is not None
    with database.transaction("tenant-a"):
        pass
    with pytest.raises(DatabaseError), database.transaction("tenant-a") as cursor:
        cursor.execute("SELECT 1 / 0")
    with database.transaction() as cursor:
        after = cursor.execute(SCOPE).fetchone()
    assert after is not None
    assert (after["role"], after["tenant"] or None) == (before["role"], before["tenant"] or None)


def test_of_a_block_that_raises_nothing_is_kept(records: Records) -> None:
    document_id = records.awaiting()

    def change_and_fail() -> None:
        with records.database.transaction() as cursor:
            cursor.execute("UPDATE documents SET filename = 'changed' WHERE id = %s", (document_id,))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert records.document(document_id)["filename"] == "scan.pdf"


def test_a_single_statement_is_kept_at_once_and_told_of_by_its_code_when_it_is_refused(records: Records) -> None:
    document_id = records.awaiting()
    changed = "UPDATE documents SET filename = %s WHERE id = %s RETURNING filename"
    assert records.database.rows(changed, ("changed", document_id)) == [{"filename": "changed"}]
    with pytest.raises(DatabaseError, match=r"\(SQLSTATE 22012\)"):
        records.database.rows("SELECT 1 / 0", ())
    assert records.document(document_id)["filename"] == "changed"


def test_a_transaction_within_another_is_refused(database: Database) -> None:
    """The end of the inner one would be the end of both."""
    with pytest.raises(DatabaseError), database.transaction(), database.transaction():
        raise AssertionError("it began")


def test_a_connection_that_breaks_is_told_of_and_made_anew(database: Database, database_url: str) -> None:
    """Within a transaction, and between two of them, where the second is the first to find it."""

    def end(session: int) -> None:
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (session,))

    with pytest.raises(CapacityError), database.transaction() as cursor:
        end(cursor.connection.info.backend_pid)
    with database.transaction() as cursor:
        session = cursor.connection.info.backend_pid
    end(session)
    with pytest.raises(CapacityError), database.transaction():
        raise AssertionError("it began")
    with database.transaction() as cursor:
        session = cursor.connection.info.backend_pid
    end(session)
    with pytest.raises(CapacityError):
        database.rows("SELECT 1", ())
    with database.transaction() as cursor:
        assert cursor.execute("SELECT 1 AS one").fetchone() == {"one": 1}
