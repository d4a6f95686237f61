"""Sweeping: every minute, what is stuck is found, put right where it can be, and named where it cannot."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from docpipe.bootstrap.sweep import Sweeping, wired
from docpipe.consumer import LambdaContext
from docpipe.observability import logger
from docpipe.pipeline.push_news import push_places
from docpipe.pipeline.sweep import sweep
from docpipe.pipeline.take_samples import take_samples


def handle(event: dict[str, Any], context: LambdaContext, deps: Sweeping | None = None) -> dict[str, int]:
    """Sweep once, tell of places in the queue, and sample what is there; the answer is what was found."""
    sweeping = deps or wired()
    report = asdict(sweep(sweeping.upkeep))
    log = logger().warning if report["stuck"] else logger().info
    log("swept", extra={"report": report})
    push_places(sweeping.pushing)
    take_samples(sweeping.sampling, stuck=report["stuck"])
    return report
