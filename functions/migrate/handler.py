"""Migration: brings the database to the newest schema. Running it twice, or twice at once, does no harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from docpipe import bootstrap
from docpipe.consumer import LambdaContext
from docpipe.migrations.runner import migrate
from docpipe.observability import logger


def handle(
    event: dict[str, Any],
    context: LambdaContext,
    deps: Callable[[], psycopg.Connection[Any]] | None = None,
) -> dict[str, str]:
    """Migrate; the answer names the revision that the schema is at."""
    revision = migrate(deps or bootstrap.database_connection())
    logger().info("schema is up to date", extra={"revision": revision})
    return {"revision": revision}
