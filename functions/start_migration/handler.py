"""Start of a migration, called by CloudFormation as a custom resource on each deployment that brings one."""

from __future__ import annotations

from typing import Any

from docpipe.adapters.cloudformation import answer
from docpipe.bootstrap.start_migration import wired
from docpipe.consumer import LambdaContext
from docpipe.domain.errors import DocpipeError
from docpipe.migrations.start import MigrationStart
from docpipe.observability import logger


def handle(event: dict[str, Any], context: LambdaContext, deps: MigrationStart | None = None) -> None:
    """Migrate and tell CloudFormation; a stack that is deleted keeps its schema until its database goes.

    CloudFormation waits an hour for an answer that does not come, so any failure is answered before it is
    raised.
    """
    if event["RequestType"] == "Delete":
        answer(event, failure=None)
        return
    try:
        revision = (deps or wired())()
    except Exception as error:
        answer(event, failure=str(error) if isinstance(error, DocpipeError) else type(error).__name__)
        raise
    logger().info("schema is up to date", extra={"revision": revision})
    answer(event, failure=None, data={"Revision": revision})
