"""Dead letters: every minute, each dead-letter queue is looked through, and owners are told; messages stay."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from docpipe.bootstrap.dead_letter import wired
from docpipe.consumer import LambdaContext
from docpipe.observability import logger
from docpipe.pipeline.bury_dead_letters import Burial, bury_dead_letters


def handle(event: dict[str, Any], context: LambdaContext, deps: Burial | None = None) -> dict[str, Any]:
    """Look through the dead-letter queues; the answer is what was found."""
    report = asdict(bury_dead_letters(deps or wired()))
    logger().info("dead letters looked through", extra={"report": report})
    return report
