"""Sweeping: every minute, what is stuck is found, put right where it can be, and named where it cannot."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from docpipe import bootstrap
from docpipe.consumer import LambdaContext
from docpipe.observability import logger
from docpipe.pipeline.sweep import Upkeep, sweep


def handle(event: dict[str, Any], context: LambdaContext, deps: Upkeep | None = None) -> dict[str, int]:
    """Sweep once; the answer is what was found."""
    report = asdict(sweep(deps or bootstrap.upkeep()))
    log = logger().warning if report["stuck"] else logger().info
    log("swept", extra={"report": report})
    return report
