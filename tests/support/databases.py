"""Databases that tests make on the real server, and remove."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo


@contextmanager
def new_database(server_url: str, name: str) -> Iterator[str]:
    """The URL of a new, empty database, which is removed afterwards."""
    identifier = sql.Identifier(name)
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    yield make_conninfo(server_url, dbname=name)
    with psycopg.connect(server_url, autocommit=True) as server:
        try:
            # Without force, PostgreSQL has autovacuum leave the database; with it, a user is refused that for lack
            # of a right, as the worker is a superuser's.
            server.execute(sql.SQL("DROP DATABASE {}").format(identifier))
        except psycopg.errors.ObjectInUse:
            # A process that a test killed has not been noticed yet.
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
