"""Wiring of the dead_letter function."""

from __future__ import annotations

from functools import cache

from docpipe.adapters.postgres.upkeep import PostgresUpkeep
from docpipe.bootstrap.parts.database import database, publisher
from docpipe.pipeline.bury_dead_letters import Burial
from docpipe.settings import DeadLetterSettings


@cache
def wired() -> Burial:
    """What the function works with."""
    settings = DeadLetterSettings.from_environment()
    postgres = database(settings)
    outbox = publisher(postgres, settings.queue_url_prefix)
    return Burial(store=PostgresUpkeep(postgres), queue=outbox.queue, publisher=outbox)
