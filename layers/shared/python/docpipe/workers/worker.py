"""One page worker, seen from the outside: a process, and the socket that leads to it."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final

from docpipe.domain.errors import TransientError
from docpipe.workers.protocol import Answer, LetGo, Request, Started, encode, receive

_STALL_S: Final = 10
"""Seconds that a worker may pause in the middle of sending an answer before it counts as dead."""

_INHERITED: Final = frozenset(
    {"HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONDONTWRITEBYTECODE", "TESSDATA_PREFIX", "TMPDIR", "TZ"}
)
"""All that a worker sees of the environment: no credentials, which a hostile file might make it give away."""


class PageWorkersError(TransientError):
    """Page workers do not start, or cannot read any page. It is never the fault of a document."""

    code = "page_workers_unusable"


class WorkerLateError(PageWorkersError):
    """A worker takes far too long to load its libraries."""

    def __init__(self) -> None:
        super().__init__("A page worker did not start in time. Give the function more memory.")


class WorkerDiedError(Exception):
    """The process ended, or spoke nonsense, instead of answering."""


class Worker:
    """A worker process. It answers one request at a time.

    Args:
        reader_module: name of the module that reads.
        engine: name of the OCR engine.
        data_bytes: limit of its memory, bytes.

    Attributes:
        started: whether it has loaded everything it needs. Until then it has seen no document.
    """

    def __init__(self, reader_module: str, engine: str, data_bytes: int) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            # The kernel, not a thread, ends the wait for the rest of an answer that does not come.
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", _STALL_S, 0))
            self.connection: Connection = Connection(ours.detach())
            command = [sys.executable, "-P", "-m", "docpipe.workers.main", f"--socket={theirs.fileno()}"]
            command += [f"--parent={os.getpid()}", f"--data-bytes={data_bytes}"]
            command += [f"--reader={reader_module}", f"--engine={engine}"]
            try:
                self._process = subprocess.Popen(
                    command,
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    # A group of its own: what a worker has started ends with it.
                    start_new_session=True,
                )
            except OSError as error:
                self.connection.close()
                raise PageWorkersError("A page worker cannot be started. Give the function more memory.") from error
        self.started = False

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def send(self, request: Request) -> None:
        """Hand over a request. That the worker has died meanwhile is told by ``receive``."""
        with suppress(OSError):
            self.connection.send_bytes(encode(request))

    def let_go(self) -> None:
        """Have the worker close its document."""
        self.send(LetGo())

    def receive(self) -> Answer | Started:
        """The worker's next word; to be called when there is something to be read.

        Raises:
            WorkerDiedError: the process has ended or is out of its mind.
            PageWorkersError: it ended before it had started.
        """
        try:
            message = receive(self.connection)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            if not self.started:
                raise PageWorkersError(
                    "A page worker ended before it had started. Look for its error above in the log."
                ) from error
            raise WorkerDiedError from error
        if isinstance(message, Started):
            self.started = True
        elif isinstance(message, Request):
            raise WorkerDiedError
        return message

    def kill(self) -> None:
        """End the process and whatever it has started, and let go of its resources."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self.connection.close()


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name in _INHERITED}
    return {
        **inherited,
        # One thread: threads of one page slow each other down, and the other vCPUs have pages of their own.
        "OMP_THREAD_LIMIT": "1",
        # Memory by huge pages, where the kernel has them and glibc is 2.35 or newer: what was given back after a page
        # is had again in pieces of 2 MB instead of 4 KB, which makes giving back less than half as dear. And blocks of
        # 16 MB or more on their own, gone when they are freed: left to itself glibc takes them from among the others
        # after the first, and a colour picture of 25 MB then lies in the way of its own recognition.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=16777216",
        # What the parent can import, its worker can.
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
    }
