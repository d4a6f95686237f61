"""Wiring of the live function."""

from __future__ import annotations

from functools import cache

from docpipe.adapters.connections import DynamoDbConnections
from docpipe.adapters.postgres.news import PostgresNews
from docpipe.adapters.postgres.tenants import PostgresRateLimiter
from docpipe.bootstrap.parts.aws import dynamodb
from docpipe.bootstrap.parts.database import database
from docpipe.pipeline.follow_documents import Following
from docpipe.settings import LiveSettings


@cache
def wired() -> Following:
    """What the function works with."""
    settings = LiveSettings.from_environment()
    postgres = database(settings)
    return Following(
        connections=DynamoDbConnections(dynamodb(), settings.connections_table),
        news=PostgresNews(postgres),
        limiter=PostgresRateLimiter(postgres),
    )
