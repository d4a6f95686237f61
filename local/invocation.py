"""What one invocation of a function gave, and what it used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any


class Outcome(StrEnum):
    """How an invocation ended.

    ``ERROR`` leaves the environment alive, as the handler raised; after the other failures it is gone.
    """

    SUCCESS = "success"
    ERROR = "error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class FunctionError:
    """A failure as Lambda reports it.

    Attributes:
        error_type: class of the exception, or ``Sandbox.Timedout``, ``Runtime.OutOfMemory``,
            ``Runtime.ExitError``, ``Runtime.ImportModuleError``, ….
    """

    error_type: str
    message: str

    def payload(self) -> dict[str, str]:
        """The body of Lambda's answer to a failed synchronous invocation."""
        return {"errorType": self.error_type, "errorMessage": self.message}


@dataclass(frozen=True, slots=True)
class Invocation:
    """The record of one invocation.

    Attributes:
        function: name without the stage's prefix.
        environment_id: which execution environment it ran in.
        started_at: seconds since the epoch.
        duration_ms: time in the handler, milliseconds.
        init_ms: time to start the environment and import the handler; None when it was warm.
        memory_mb: memory the function was given, MB.
        peak_memory_mb: most memory of the environment's process tree seen while it ran, MB.
        response: what the handler returned, None after a failure.
        error: why it failed, None after a success.
    """

    function: str
    request_id: str
    environment_id: str
    started_at: float
    duration_ms: float
    init_ms: float | None
    memory_mb: int
    peak_memory_mb: float
    outcome: Outcome
    response: Any = None
    error: FunctionError | None = None

    @property
    def billed_ms(self) -> int:
        """Duration on Lambda's bill: initialisation included, rounded up to a millisecond."""
        return ceil(self.duration_ms + (self.init_ms or 0.0))

    def report(self) -> dict[str, Any]:
        """The ``platform.report`` line of Lambda's JSON log format."""
        metrics: dict[str, Any] = {
            "durationMs": round(self.duration_ms, 2),
            "billedDurationMs": self.billed_ms,
            "memorySizeMB": self.memory_mb,
            "maxMemoryUsedMB": ceil(self.peak_memory_mb),
        }
        if self.init_ms is not None:
            metrics["initDurationMs"] = round(self.init_ms, 2)
        record: dict[str, Any] = {"requestId": self.request_id, "status": self.outcome.value, "metrics": metrics}
        if self.error is not None:
            record["errorType"] = self.error.error_type
        return {"type": "platform.report", "record": record}
