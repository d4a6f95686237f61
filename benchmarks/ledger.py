"""Processor time and peak memory of every process of a local runtime, by what the process is there for."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import psutil

_SAMPLE_S: Final = 0.25
"""What a process uses between the last look at it and its end is missed."""

_HANDLER: Final = re.compile(r"functions\.(\w+)\.handler")
_KB_PER_MB: Final = 1_024


class Role(StrEnum):
    """What a process is there for."""

    PAGE_WORKER = "page workers"
    HANDLER = "handlers of documents"
    UPKEEP = "scheduled functions and migration"
    POSTGRES = "PostgreSQL"
    EMULATOR = "AWS emulator"


_UPKEEP: Final = frozenset({"dead_letter", "sweep", "migrate"})
"""They run by the clock or once a deployment, however many documents there are."""


@dataclass(slots=True)
class _Process:
    role: Role
    cpu_s: float = 0.0
    peak_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds by role.

    Attributes:
        cpu_s: user and system time.
    """

    cpu_s: Counter[Role] = field(default_factory=Counter)

    @property
    def workers_s(self) -> float:
        """CPU seconds of page workers."""
        return self.cpu_s[Role.PAGE_WORKER]

    @property
    def handlers_s(self) -> float:
        """CPU seconds of the handlers that a document goes through, and of the API's."""
        return self.cpu_s[Role.HANDLER]

    @property
    def pipeline_s(self) -> float:
        """CPU seconds that AWS would bill for documents; emulator and database are services there."""
        return self.workers_s + self.handlers_s

    def since(self, earlier: Usage) -> Usage:
        """What was used after ``earlier``."""
        return Usage(Counter({role: self.cpu_s[role] - earlier.cpu_s[role] for role in Role}))


class Ledger:
    """Looks at the descendants of this process again and again; see ``keeping``.

    Processes are told apart by process id and time of creation, so that one that ended keeps what it used.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[int, float], _Process] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()

    def usage(self) -> Usage:
        """CPU seconds so far."""
        with self._lock:
            self._look()
            total: Counter[Role] = Counter()
            for process in self._seen.values():
                total[process.role] += process.cpu_s  # type: ignore[assignment]  # Counter adds up floats just as well.
            return Usage(total)

    def worker_peaks_mb(self) -> list[float]:
        """The most resident memory of each page worker that there was, MB (2**20 bytes), as the kernel kept it."""
        return self._peaks_mb(Role.PAGE_WORKER)

    def handler_peaks_mb(self) -> list[float]:
        """The same of each process that ran a handler, without its page workers."""
        return self._peaks_mb(Role.HANDLER)

    def _peaks_mb(self, role: Role) -> list[float]:
        with self._lock:
            self._look()
            return sorted(process.peak_mb for process in self._seen.values() if process.role is role)

    def watch(self) -> None:
        """Look until told to stop."""
        while not self._ending.wait(_SAMPLE_S):
            with self._lock:
                self._look()

    def stop(self) -> None:
        """End ``watch``."""
        self._ending.set()

    def _look(self) -> None:
        for process in psutil.Process().children(recursive=True):
            # It may end between any two of these questions.
            with suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
                self._enter(process)

    def _enter(self, process: psutil.Process) -> None:
        key = (process.pid, process.create_time())
        role = self._seen[key].role if key in self._seen else _role_of(process)
        if role is None:
            return
        entry = self._seen.setdefault(key, _Process(role))
        times = process.cpu_times()
        # A worker's children run Tesseract for it; those of any other process have entries of their own.
        children = times.children_user + times.children_system if role is Role.PAGE_WORKER else 0.0
        entry.cpu_s = times.user + times.system + children
        entry.peak_mb = max(entry.peak_mb, _peak_mb(process.pid))


@contextmanager
def keeping() -> Iterator[Ledger]:
    """A ledger that is kept during the block."""
    ledger = Ledger()
    thread = threading.Thread(target=ledger.watch, name="ledger", daemon=True)
    thread.start()
    try:
        yield ledger
    finally:
        ledger.stop()
        thread.join()


def _role_of(process: psutil.Process) -> Role | None:
    """None for a process that has only just been forked, and for tools that a worker runs."""
    command = " ".join(process.cmdline())
    handler = _HANDLER.search(command)
    if handler is not None and "local.environment_main" in command:
        return Role.UPKEEP if handler[1] in _UPKEEP else Role.HANDLER
    if "docpipe.workers.main" in command:
        return Role.PAGE_WORKER
    if "local.emulator_main" in command:
        return Role.EMULATOR
    return Role.POSTGRES if process.name() == "postgres" else None


def _peak_mb(pid: int) -> float:
    """``VmHWM`` of proc(5): the most that was ever resident."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / _KB_PER_MB if found else 0.0
