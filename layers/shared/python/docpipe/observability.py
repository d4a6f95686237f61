"""What may be logged: a fixed list of fields, and of errors their names and places, never their words.

Health data reaches logs through the back door: an exception that quotes its input, an event logged
whole, a driver's detail line. So a log line keeps only the fields named here, and a stack trace only
files, lines and functions; the sentences logged are the product's own errors and constants.
"""

from __future__ import annotations

import traceback
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

ALLOWED_FIELDS: Final = frozenset(
    {
        # Powertools' own.
        "level",
        "location",
        "message",
        "timestamp",
        "service",
        "cold_start",
        "function_name",
        "function_memory_size",
        "function_request_id",
        "exception",
        "exception_name",
        "xray_trace_id",
        # Ours: opaque ids, counts, codes.
        "document_id",
        "chunk_id",
        "event_id",
        "event",
        "status",
        "queue",
        "receive_count",
        "code",
        "cause",
        "outcome",
        "after_s",
        "remedy",
        "count",
        "report",
        "revision",
        "method",
        "route",
    }
)


class SafeFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines, less every field that is not allowed and every word of an exception."""

    def serialize(self, log: Any) -> str:
        """Write a line from the allowed fields."""
        return super().serialize({key: value for key, value in log.items() if key in ALLOWED_FIELDS})

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is the standard library's
        """Where an exception came from, and its causes' types: not what they say."""
        error, places = ei[1], []
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            places.append(type(error).__qualname__)
            places += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(places)


@cache
def logger() -> Logger:
    """The function's logger; service name and level come from POWERTOOLS_SERVICE_NAME and LOG_LEVEL."""
    return Logger(logger_formatter=SafeFormatter(), serialize_stacktrace=False)
