"""The one way for page workers to the log."""

from __future__ import annotations


def warn(message: str, *, code: str, cause: str) -> None:
    """Log what became of a file or page: constants, types and places only, never words of the document."""
    # Worker processes import this package too, and must not pay for the logger's libraries.
    from docpipe.observability import logger  # noqa: PLC0415

    logger().warning(message, extra={"code": code, "cause": cause}, stacklevel=2)
