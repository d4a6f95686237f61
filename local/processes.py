"""Starting, measuring and ending the processes of the runtime."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

import psutil

PROJECT_ROOT: Final = Path(__file__).resolve().parents[1]
LIBRARY_ROOT: Final = PROJECT_ROOT / "layers" / "shared" / "python"

_MB: Final = 1_024 * 1_024

_LOWEST_PORT: Final = 10_240
_OUTGOING_PORTS: Final = 32_768


class Child:
    """A process in a process group of its own that dies with this one.

    Its standard input is the pipe of ``local.lifeline``; the program has to watch it.

    Args:
        command: program and arguments.
        environment: every environment variable it gets.
        output: where standard output and standard error go.
        cwd: its working folder.
        pass_fds: further descriptors it inherits.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        output: IO[bytes],
        cwd: Path,
        pass_fds: Iterable[int] = (),
    ) -> None:
        self._ending = threading.Lock()
        self._ended = False
        reading, self._lifeline = os.pipe()
        try:
            self.process = subprocess.Popen(
                command,
                stdin=reading,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=cwd,
                pass_fds=tuple(pass_fds),
                start_new_session=True,
            )
        except OSError:
            os.close(self._lifeline)
            raise
        finally:
            os.close(reading)

    @property
    def pid(self) -> int:
        """Process id, also the id of its process group."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End the process and everything it started, at once, and wait until it is gone. May be called again."""
        with self._ending:
            if not self._ended:
                self._kill()
                self._ended = True

    def _kill(self) -> None:
        descendants = _descendants(self.pid) if self.running else []
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        # A grandchild may have moved to a group of its own.
        for process in descendants:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()
        self._close_lifeline()

    def stop(self, timeout_s: float) -> None:
        """Close the lifeline, let the process end in good order, and kill it when it does not in time."""
        self._close_lifeline()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout_s)
        self.kill()

    def _close_lifeline(self) -> None:
        descriptor, self._lifeline = self._lifeline, -1
        if descriptor >= 0:
            os.close(descriptor)


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def tree_memory_mb(pid: int) -> float:
    """Memory of a process and all its descendants, MB (1,024 × 1,024 bytes).

    Private memory is added up and shared memory counted once: near to what a memory limit of a
    container would count, without the price of reading ``smaps``.
    """
    private = shared = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in (psutil.Process(pid), *_descendants(pid)):
            with contextlib.suppress(psutil.NoSuchProcess):
                memory = process.memory_info()
                private += memory.rss - memory.shared
                shared = max(shared, memory.shared)
    return (private + shared) / _MB


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listened on a moment ago.

    It is under those that Linux gives to outgoing connections (``ip_local_port_range``, 32,768 and up), so that none of
    them takes it before it is listened on.
    """
    while True:
        port = _LOWEST_PORT + secrets.randbelow(_OUTGOING_PORTS - _LOWEST_PORT)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
