"""Wiring of the migrate function."""

from __future__ import annotations

from docpipe.bootstrap.parts.database import database
from docpipe.migrations.logins import Databases
from docpipe.settings import MigrateSettings


def wired() -> Databases:
    """What the function works with."""
    settings = MigrateSettings.from_environment()
    return Databases(connect=database(settings).connect, url=settings.database_url or "")
