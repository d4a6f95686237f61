"""One execution environment: a process that runs a handler, one event at a time, within its limits."""

from __future__ import annotations

import json
import shutil
import socket
import sys
import time
import uuid
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from local.function_log import FunctionLog
from local.invocation import FunctionError, Invocation, Outcome
from local.launch import Launch
from local.names import function_arn
from local.processes import PROJECT_ROOT, Child, tree_memory_mb

_SAMPLE_S: Final = 0.5
_INIT_LIMIT_S: Final = 60.0
"""Lambda's limit for starting and importing is 10 s. There nobody else uses the CPU; here an import of one second may
take as many, and whoever is ended then only begins anew. A longer function timeout extends it, as on Lambda."""


class _EnvironmentError(Exception):
    """The environment failed as a whole, and is gone."""

    def __init__(self, outcome: Outcome, error: FunctionError) -> None:
        super().__init__(error.message)
        self.outcome = outcome
        self.error = error


class Environment:
    """A warm process, from its first event until it fails or is no longer needed.

    Not safe for threads, but for ``kill`` and the attributes.

    Attributes:
        id: unlike any other.
        function: name of the function, without the stage's prefix.
        busy: whether an event is being worked on.
        idle_since: monotonic time of the last answer.
    """

    def __init__(self, launch: Launch) -> None:
        self.id = uuid.uuid4().hex
        self.function = launch.name
        self.busy = False
        self.idle_since = time.monotonic()
        self._launch = launch
        self._log = FunctionLog(launch.log)
        self._temporary = launch.temporary / f"{launch.name}-{self.id[:12]}"
        self._temporary.mkdir(parents=True)
        self._fresh = True
        self._peak_mb = 0.0
        self._started = time.monotonic()
        self._child, self._connection = self._start()

    @property
    def pid(self) -> int:
        """Process id, also the id of its process group."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether it can take another event."""
        return self._child.running

    @property
    def initialised(self) -> bool:
        """Whether its handler has been imported."""
        return not self._fresh

    @property
    def temporary(self) -> Path:
        """The folder for temporary files of this environment, gone with it."""
        return self._temporary

    def invoke(self, event: Any, request_id: str | None = None) -> Invocation:
        """Run the handler on one event. After a failure other than ``Outcome.ERROR`` the environment is gone."""
        request_id = request_id or str(uuid.uuid4())
        started_at, began, init_ms = time.time(), time.monotonic(), None
        response, error, outcome = None, None, Outcome.SUCCESS
        self.busy, self._peak_mb = True, 0.0
        try:
            if self._fresh:
                init_ms = self._await_ready(request_id)
            self._log.write({"type": "platform.start", "record": {"requestId": request_id}})
            began = time.monotonic()
            answer = self._exchange(event, request_id)
            response, error, outcome = _unpacked(answer)
        except _EnvironmentError as failure:
            error, outcome = failure.error, failure.outcome
            self.kill()
        self.busy, self.idle_since = False, time.monotonic()
        record = Invocation(
            function=self.function,
            request_id=request_id,
            environment_id=self.id,
            started_at=started_at,
            duration_ms=(self.idle_since - began) * 1_000,
            init_ms=init_ms,
            memory_mb=self._launch.spec.memory_mb,
            peak_memory_mb=self._peak_mb,
            outcome=outcome,
            response=response,
            error=error,
        )
        self._log.write(record.report())
        return record

    def kill(self) -> None:
        """End the process and everything it started, and remove its temporary files. Safe from any thread."""
        self._child.kill()
        shutil.rmtree(self._temporary, ignore_errors=True)

    def close(self) -> None:
        """Kill it and let go of the connection; for the thread that invokes it."""
        self.kill()
        self._connection.close()

    def _start(self) -> tuple[Child, Connection]:
        ours, theirs = socket.socketpair()
        with theirs, self._log.open() as output:
            child = Child(
                [sys.executable, "-m", "local.environment_main", str(theirs.fileno()), self._launch.spec.handler],
                environment=self._launch.environment(self.id, self._temporary),
                output=output,
                cwd=PROJECT_ROOT,
                pass_fds=[theirs.fileno()],
            )
        return child, Connection(ours.detach())

    def _await_ready(self, request_id: str) -> float:
        """Wait for the handler to be imported; the milliseconds it took."""
        limit_s = max(_INIT_LIMIT_S, self._launch.spec.timeout_s)
        answer = self._receive(request_id, limit_s)
        if "error" in answer:
            fault = answer["error"]
            raise _EnvironmentError(Outcome.DIED, FunctionError(fault["errorType"], fault["errorMessage"]))
        self._fresh = False
        return (time.monotonic() - self._started) * 1_000

    def _exchange(self, event: Any, request_id: str) -> dict[str, Any]:
        limit_s = self._launch.spec.timeout_s
        request = {
            "event": event,
            "request_id": request_id,
            "deadline_ms": (time.time() + limit_s) * 1_000,
            # Not sampled: X-Ray has no daemon here.
            "trace_id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
            "function_arn": function_arn(self.function),
        }
        try:
            self._connection.send_bytes(json.dumps(request).encode())
        except OSError:
            raise self._death(request_id) from None
        answer = self._receive(request_id, limit_s)
        self._sample()
        return answer

    def _receive(self, request_id: str, limit_s: float) -> dict[str, Any]:
        """The next message of the process, watching its memory and the clock meanwhile."""
        deadline = time.monotonic() + limit_s
        while not self._connection.poll(max(0.0, min(_SAMPLE_S, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                message = f"RequestId: {request_id} Error: Task timed out after {limit_s:.2f} seconds"
                raise _EnvironmentError(Outcome.TIMEOUT, FunctionError("Sandbox.Timedout", message))
            if self._sample() > self._launch.spec.memory_mb:
                message = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
                raise _EnvironmentError(Outcome.OUT_OF_MEMORY, FunctionError("Runtime.OutOfMemory", message))
        try:
            message_bytes = self._connection.recv_bytes()
        except (EOFError, OSError):
            raise self._death(request_id) from None
        answer: dict[str, Any] = json.loads(message_bytes)
        return answer

    def _sample(self) -> float:
        used_mb = tree_memory_mb(self.pid)
        self._peak_mb = max(self._peak_mb, used_mb)
        return used_mb

    def _death(self, request_id: str) -> _EnvironmentError:
        self._child.kill()
        status = self._child.process.returncode
        end = f"exit status {status}" if status >= 0 else "signal: killed"
        message = f"RequestId: {request_id} Error: Runtime exited with error: {end}"
        return _EnvironmentError(Outcome.DIED, FunctionError("Runtime.ExitError", message))


def _unpacked(answer: Mapping[str, Any]) -> tuple[Any, FunctionError | None, Outcome]:
    if "error" not in answer:
        return answer["response"], None, Outcome.SUCCESS
    fault = answer["error"]
    return None, FunctionError(fault["errorType"], fault["errorMessage"]), Outcome.ERROR
