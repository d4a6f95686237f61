"""The database, and what is sent by way of its outbox."""

from __future__ import annotations

from functools import partial

import boto3

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.adapters.postgres.pushes import PostgresPushes
from docpipe.adapters.rds import iam_password
from docpipe.bootstrap.parts.aws import queues, secrets
from docpipe.pipeline.publish import Publisher
from docpipe.pipeline.push_news import Pushing
from docpipe.services import MessageQueue
from docpipe.settings import Settings


def database(settings: Settings) -> Database:
    """PostgreSQL, by an address of its own, one that a secret holds, or with a password that IAM signs."""
    if settings.database_secret is not None:
        # An operator's own, and most likely behind a pooler, as hundreds of environments may connect.
        return Database(partial(secrets().read, settings.database_secret), pooled=True)
    url = settings.database_url or ""
    if not settings.database_iam_auth:
        return Database(url)
    return Database(url, iam_password(boto3.client("rds", config=CONFIG), url))


def publisher(postgres: Database, url_prefix: str) -> Publisher:
    """What sends the messages that transactions leave in the outbox."""
    return Publisher(outbox=PostgresOutbox(postgres), queue=queues(url_prefix))


def pushing(postgres: Database, queue: MessageQueue) -> Pushing:
    """What tells open pages of changes."""
    return Pushing(store=PostgresPushes(postgres), queue=queue)
