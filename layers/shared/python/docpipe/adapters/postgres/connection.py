"""One PostgreSQL connection an execution environment, opened on first use and again when it breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg.sql import quote

from docpipe.domain.errors import CapacityError, DatabaseError

_CONNECT_TIMEOUT_S = 10
_STATEMENT_TIMEOUT_MS = 30_000
"""Every statement here touches a few rows; one that takes longer waits for a lock that will not come."""

_TRUSTED_IDLE_S = 20.0
"""A connection idle for longer may have been cut while the environment was frozen: it is tried first."""

_FULL = frozenset({"53300", "53400", "57P03", "57P01", "57P02"})
"""SQLSTATEs of a server that is full, starting or stopping: waiting helps (PostgreSQL manual, appendix A)."""


class Database:
    """Short transactions on one lazily opened connection. Not safe for threads.

    Args:
        url: ``postgresql://`` URL, or what gives it at each connect (a secret may have been turned).
        password: gives the password at each connect (an RDS IAM token lives 15 minutes), or None
            when the URL says all.
        pooled: whether a pooler may stand before the server and hand each transaction to another session of it
            (PgBouncer, Supabase's in transaction mode): then nothing is kept in a session, and none is set up.
    """

    def __init__(
        self, url: str | Callable[[], str], password: Callable[[], str] | None = None, *, pooled: bool = False
    ) -> None:
        self._url = url
        self._password = password
        self._pooled = pooled
        self._connection: psycopg.Connection[DictRow] | None = None
        self._used_at = 0.0

    def connect(self) -> psycopg.Connection[DictRow]:
        """Open a new connection, not the shared one.

        Raises:
            CapacityError: the server is full, restarting or cannot be reached.
        """
        extra: dict[str, Any] = {"password": self._password()} if self._password else {}
        try:
            return psycopg.connect(
                self._url if isinstance(self._url, str) else self._url(),
                autocommit=True,
                row_factory=dict_row,
                connect_timeout=_CONNECT_TIMEOUT_S,
                **self._session(),
                **extra,
            )
        except psycopg.OperationalError:
            # The driver's message may hold the address and the user; the cause is not passed on.
            raise CapacityError("The database cannot be reached. It is full, restarting or unreachable.") from None

    def _session(self) -> dict[str, Any]:
        """What a session is set up with: poolers refuse options, and prepared statements are another session's."""
        if self._pooled:
            return {"prepare_threshold": None}
        return {"options": f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}"}

    @contextmanager
    def transaction(self, tenant_id: str | None = None) -> Iterator[psycopg.Cursor[DictRow]]:
        """A transaction, committed when the block ends and rolled back when it raises.

        Args:
            tenant_id: when given, row-level security shows only this tenant's rows.

        Raises:
            CapacityError: the connection broke, or the server is full or restarting.
            DatabaseError: the server refused a statement, or another transaction is open on the connection.
        """
        connection = self._open()
        try:
            with _begun(connection, self._opening(connection, tenant_id)) as cursor:
                yield cursor
        except psycopg.Error as error:
            raise _translated(error, broken=connection.broken or connection.closed) from None

    def rows(self, statement: str, values: Mapping[str, Any] | Sequence[Any]) -> list[DictRow]:
        """The rows of one statement over all tenants, which is a transaction by itself.

        Raises:
            CapacityError, DatabaseError: as of a transaction.
        """
        if self._pooled:
            # Its limit of time holds within a transaction that is begun.
            with self.transaction() as cursor:
                return cursor.execute(statement, values).fetchall()
        connection = self._open()
        try:
            return connection.execute(statement, values).fetchall()
        except psycopg.Error as error:
            raise _translated(error, broken=connection.broken or connection.closed) from None

    def _opening(self, connection: psycopg.Connection[DictRow], tenant_id: str | None) -> str:
        """What begins a transaction, and sets what ends with it."""
        opening = "BEGIN"
        if self._pooled:
            opening += f"; SET LOCAL statement_timeout = {_STATEMENT_TIMEOUT_MS}"
        if tenant_id is not None:
            opening += f"; SET LOCAL ROLE docpipe_tenant; SET LOCAL docpipe.tenant_id = {quote(tenant_id, connection)}"
        return opening

    def _open(self) -> psycopg.Connection[DictRow]:
        """The shared connection, checked when it may have been idle through a freeze of the environment."""
        if self._connection is not None and self._idle_s() > _TRUSTED_IDLE_S:
            try:
                self._connection.execute("")
            except psycopg.OperationalError:
                self._connection.close()
        if self._connection is None or self._connection.closed:
            self._connection = self.connect()
        self._used_at = monotonic()
        return self._connection

    def _idle_s(self) -> float:
        return monotonic() - self._used_at

    def close(self) -> None:
        """Close the connection; the next transaction opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def _begun(connection: psycopg.Connection[DictRow], opening: str) -> Iterator[psycopg.Cursor[DictRow]]:
    """A transaction whose opening goes in one message, as most of them hold no more than one statement.

    It goes by the driver's lower level, which takes a third of the CPU of ``execute``.
    """
    if connection.pgconn.transaction_status == TransactionStatus.INTRANS:
        raise psycopg.errors.ActiveSqlTransaction
    try:
        begun = connection.pgconn.exec_(opening.encode())
        if begun.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(begun)
        with connection.cursor() as cursor:
            yield cursor
    except BaseException:
        if not connection.broken:
            connection.rollback()
        raise
    connection.commit()


def _translated(error: psycopg.Error, *, broken: bool) -> CapacityError | DatabaseError:
    """What travels on of an error: the SQLSTATE alone, as details of a refused statement quote values."""
    if error.sqlstate in _FULL or (broken and error.sqlstate is None):
        return CapacityError("The connection to the database broke or the database is full. Wait and try again.")
    return DatabaseError(f"The database refused a statement (SQLSTATE {error.sqlstate or 'unknown'}).")
