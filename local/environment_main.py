"""The process of one execution environment: imports a handler once, then hands it one event at a time.

Run as ``python -m local.environment_main DESCRIPTOR HANDLER``, standard input being the pipe of
``local.lifeline`` and DESCRIPTOR a socket on which JSON travels both ways:

* first ``{"ready": true}``, or ``{"error": …}`` when the handler cannot be imported;
* then for each ``{"event", "request_id", "deadline_ms", "trace_id", "function_arn"}`` one
  ``{"response": …}`` or ``{"error": {"errorType", "errorMessage", "stackTrace"}}``.

Behaviour is that of the Python runtime of Lambda (AWS Lambda developer guide, "Building with
Python": context object, exceptions, JSON log format).
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from local.lifeline import end_group_with_parent

_LARGEST_RESPONSE = 6_291_556
"""Bytes of JSON that a function may return (Lambda quotas: 6 MB for a synchronous invocation)."""

_EXPENDABLE = "500"
"""Of 1,000, added to the share of memory by which the kernel chooses whom to end when it runs out (proc(5))."""

Handler = Callable[[Any, "LambdaContext"], Any]


class LambdaContext:
    """What Lambda tells a handler about its invocation. Sizes are strings there, and so they are here."""

    identity = None
    client_context = None

    def __init__(self, request: dict[str, Any]) -> None:
        self._deadline_ms = float(request["deadline_ms"])
        self.aws_request_id = str(request["request_id"])
        self.invoked_function_arn = str(request["function_arn"])
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until this environment is killed."""
        return max(0, int(self._deadline_ms - time.time() * 1_000))


def _described(error: BaseException, error_type: str | None = None) -> dict[str, Any]:
    """An exception as Lambda reports it."""
    return {
        "errorType": error_type or type(error).__name__,
        "errorMessage": str(error),
        # Without the first frame, which is this module's own.
        "stackTrace": traceback.format_list(traceback.extract_tb(error.__traceback__)[1:]),
    }


def _too_large(size: int) -> dict[str, Any]:
    message = f"Response payload size ({size} bytes) exceeded maximum allowed payload size ({_LARGEST_RESPONSE} bytes)."
    return {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message, "stackTrace": []}


def _import(handler: str) -> Handler:
    module, _, name = handler.rpartition(".")
    found: Handler = getattr(importlib.import_module(module), name)
    return found


def _run(handler: Handler, request: dict[str, Any]) -> bytes:
    """Call the handler. Whatever it raises is an answer too: this is the outermost boundary."""
    os.environ["_X_AMZN_TRACE_ID"] = request["trace_id"]
    try:
        response = handler(request["event"], LambdaContext(request))
    except Exception as error:  # noqa: BLE001
        fault = _described(error)
    else:
        try:
            payload = json.dumps(response)
        except (TypeError, ValueError) as error:
            fault = _described(error, "Runtime.MarshalError")
        else:
            if len(payload) <= _LARGEST_RESPONSE:
                return f'{{"response": {payload}}}'.encode()
            fault = _too_large(len(payload))
    _log(fault, request["request_id"])
    return json.dumps({"error": fault}).encode()


def _log(fault: dict[str, Any], request_id: str | None) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    print(json.dumps({"timestamp": now, "log_level": "ERROR", **fault, "requestId": request_id}))


def _take_lifeline() -> None:
    """Watch the pipe on another descriptor, and leave the handler an empty standard input."""
    lifeline = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    end_group_with_parent(lifeline)


def _offer_to_the_kernel() -> None:
    """When memory runs out, be ended before the emulator and PostgreSQL: a page worker, mostly, who inherits this.

    The pipeline survives the death of any function, and none of those servers'.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_EXPENDABLE, encoding="ascii")


def main(descriptor: int, handler_name: str) -> int:
    """Serve events until the other side hangs up."""
    _offer_to_the_kernel()
    _take_lifeline()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # One write a line, so that lines of side by side environments do not mix in their log.
        sys.stdout.reconfigure(line_buffering=True)
    with Connection(descriptor) as connection:
        try:
            handler = _import(handler_name)
        except BaseException as error:  # noqa: BLE001 - even SystemExit at import is a failed start
            fault = _described(error, "Runtime.ImportModuleError" if isinstance(error, ImportError) else None)
            _log(fault, None)
            connection.send_bytes(json.dumps({"error": fault}).encode())
            return 1
        connection.send_bytes(b'{"ready": true}')
        while True:
            try:
                request = connection.recv_bytes()
            except EOFError:
                return 0
            connection.send_bytes(_run(handler, json.loads(request)))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2]))
