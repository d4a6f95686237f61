"""What reaches the log, and what never does."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger

from docpipe.observability import SafeFormatter

MARKER = "hypertension"


def logged(action: Any) -> dict[str, Any]:
    stream = io.StringIO()
    logger = Logger(
        service=f"test-{uuid4()}", stream=stream, logger_formatter=SafeFormatter(), serialize_stacktrace=False
    )
    action(logger)
    line: dict[str, Any] = json.loads(stream.getvalue())
    return line


def test_fields_that_are_not_allowed_are_dropped() -> None:
    line = logged(lambda logger: logger.info("handled", extra={"document_id": "d", "owner_email": MARKER}))
    assert line["document_id"] == "d"
    assert MARKER not in json.dumps(line)


def test_an_exception_shows_where_and_never_what() -> None:
    def fail(logger: Logger) -> None:
        try:
            try:
                raise ValueError(MARKER)
            except ValueError as cause:
                raise RuntimeError(f"reading {MARKER}") from cause
        except RuntimeError:
            logger.exception("failed")

    line = logged(fail)
    assert MARKER not in json.dumps(line)
    assert line["exception_name"] == "RuntimeError"
    assert "ValueError" in line["exception"]
    assert "test_observability.py" in line["exception"]


def test_notes_of_an_exception_are_dropped() -> None:
    def fail(logger: Logger) -> None:
        error = ValueError("x")
        error.add_note(MARKER)
        try:
            raise error
        except ValueError:
            logger.exception("failed")

    assert MARKER not in json.dumps(logged(fail))
