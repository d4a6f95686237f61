"""The login that the functions use, made by the database's administrator before the first migration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

_TOKEN_ROLE = "rds_iam"  # noqa: S105 - the name of a role
"""The role whose members log in to RDS by IAM token (Amazon RDS user guide, "Creating a database account
using IAM authentication")."""

_TENANT_ROLE = "docpipe_tenant"
"""The role that row-level security holds to one tenant; it only the administrator can make."""


@dataclass(frozen=True, slots=True)
class Databases:
    """One database, as its user and as its administrator.

    Attributes:
        connect: opens a connection as the user that the functions log in as.
        url: the address, with that user in it.
    """

    connect: Callable[[], psycopg.Connection[Any]]
    url: str

    def admit(self, administrator: str, password: str) -> None:
        """Make the user, log in as the administrator for it; doing so again changes nothing."""
        named = conninfo_to_dict(self.url)
        conninfo = make_conninfo(self.url, user=administrator, password=password)
        with psycopg.connect(conninfo, connect_timeout=10) as connection:
            make_login(connection, user=str(named["user"]), database=str(named["dbname"]))


def make_login(connection: psycopg.Connection[Any], *, user: str, database: str) -> None:
    """Make a user that logs in by token, may create tables in ``database``, and act for a tenant.

    It can neither make roles nor databases.

    Args:
        connection: a connection of an administrator to ``database``.
    """
    for role, option in ((user, "LOGIN"), (_TENANT_ROLE, "NOLOGIN")):
        known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), sql.SQL(option)))
    for statement in (
        "GRANT {token} TO {user}",
        "GRANT {tenant} TO {user}",
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {user}",
        "GRANT USAGE, CREATE ON SCHEMA public TO {user}",
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    ):
        connection.execute(
            sql.SQL(statement).format(
                user=sql.Identifier(user),
                tenant=sql.Identifier(_TENANT_ROLE),
                token=sql.Identifier(_TOKEN_ROLE),
                database=sql.Identifier(database),
            )
        )
