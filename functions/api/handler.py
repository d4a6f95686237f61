"""The HTTP API: documents in, status and results out; it answers at once and never works on a document."""

from __future__ import annotations

from typing import Any

from docpipe.bootstrap.api import Api, wired
from docpipe.consumer import LambdaContext
from functions.api.application import application

app = application()

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""Answers hold health data: no browser or proxy may keep them, nor take them for a page; also past CloudFront."""


def handle(event: dict[str, Any], context: LambdaContext, deps: Api | None = None) -> dict[str, Any]:
    """Answer one request."""
    app.append_context(api=deps or wired())
    answer = app.resolve(event, context)  # type: ignore[arg-type]  # ours is the part of the context that is used
    return {**answer, "headers": {**_HEADERS, **answer.get("headers", {})}}
