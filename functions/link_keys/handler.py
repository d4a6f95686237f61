"""Keys of links to results, called by CloudFormation as a custom resource."""

from __future__ import annotations

from typing import Any

from docpipe.adapters.cloudformation import answer
from docpipe.bootstrap.link_keys import wired
from docpipe.consumer import LambdaContext
from docpipe.domain.errors import DocpipeError
from docpipe.observability import logger
from docpipe.pipeline.link_keys import LinkKeyring, keep_link_keys


def handle(event: dict[str, Any], context: LambdaContext, deps: LinkKeyring | None = None) -> None:
    """Keep the keys of the number that is asked for, and tell CloudFormation their public halves.

    A stack that is deleted keeps its keys until their secret goes. CloudFormation waits an hour for an answer that
    does not come, so any failure is answered before it is raised.
    """
    if event["RequestType"] == "Delete":
        answer(event, failure=None)
        return
    try:
        keys = keep_link_keys(int(event["ResourceProperties"]["Number"]), deps or wired())
    except Exception as error:
        answer(event, failure=str(error) if isinstance(error, DocpipeError) else type(error).__name__)
        raise
    logger().info("keys of links are kept", extra={"version": keys.version_id})
    public = {f"PublicKey{number}": key for number, key in keys.public.items()}
    answer(event, failure=None, data={"Version": keys.version_id, **public})
