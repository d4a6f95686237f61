"""Wiring of the start_migration function."""

from __future__ import annotations

from functools import cache
from typing import Final

import boto3
from botocore.config import Config

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.functions import LambdaFunctions
from docpipe.bootstrap.parts.aws import secrets
from docpipe.migrations.start import MigrationStart
from docpipe.settings import StartMigrationSettings

_TIMEOUT_S: Final = 310
"""How long an answer of the migrate function is waited for: its own timeout, and a little."""


@cache
def wired() -> MigrationStart:
    """What the function works with."""
    settings = StartMigrationSettings.from_environment()
    patient = CONFIG.merge(Config(read_timeout=_TIMEOUT_S, retries={"mode": "standard", "total_max_attempts": 1}))
    return MigrationStart(
        functions=LambdaFunctions(boto3.client("lambda", config=patient)),
        secrets=secrets(),
        migrate_function=settings.migrate_function,
        administrator_secret=settings.administrator_secret,
    )
