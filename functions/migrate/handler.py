"""Migration: brings the database to the newest schema. Running it twice, or twice at once, does no harm."""

from __future__ import annotations

from typing import Any

from docpipe.bootstrap.migrate import wired
from docpipe.consumer import LambdaContext
from docpipe.migrations.logins import Databases
from docpipe.migrations.runner import migrate
from docpipe.observability import logger


def handle(event: dict[str, Any], context: LambdaContext, deps: Databases | None = None) -> dict[str, str]:
    """Make the functions' login where the event brings an administrator, then migrate.

    The answer names the revision that the schema is at.
    """
    databases = deps or wired()
    if administrator := event.get("administrator"):
        databases.admit(administrator["username"], administrator["password"])
    revision = migrate(databases.connect)
    logger().info("schema is up to date", extra={"revision": revision})
    return {"revision": revision}
