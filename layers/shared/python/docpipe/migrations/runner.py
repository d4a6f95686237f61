"""Brings a database to the newest schema; safe to run from several places at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.rows import tuple_row
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

_LOCK_ID = 0x646F6370
"""Advisory lock held while migrating ("docp" in ASCII): a second runner waits, then finds nothing to do."""


def migrate(connect: Callable[[], psycopg.Connection[Any]]) -> str:
    """Apply every migration that is missing, in one transaction.

    A schema that is ahead of this code, as it is when a deployment is taken back, is left as it is: migrations only
    add, so that the code of before goes on with it.

    Args:
        connect: opens a connection with the right to create tables.

    Returns:
        The revision that the database is at afterwards.
    """
    config = _config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    engine = create_engine("postgresql+psycopg://", creator=lambda: _plain(connect()), poolclass=NullPool)
    with engine.begin() as connection:
        # A migration may rewrite a table; the limit that guards the product's short statements is not for it.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _LOCK_ID})
        at = MigrationContext.configure(connection).get_current_revision()
        if at is not None and at not in known:
            return at
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return MigrationContext.configure(connection).get_current_revision() or ""


def _plain(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """The connection as SQLAlchemy expects it: rows as tuples, transactions its own."""
    connection.row_factory = tuple_row
    connection.autocommit = False
    return connection


def newest_revision() -> str:
    """The revision that ``migrate`` leads to."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
