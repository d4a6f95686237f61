"""Notices at once when a server that nothing works without has died, and says so."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from local.memory import Memory
from local.processes import Child

_AGAIN_S: Final = 2.0
_SHELL: Final = 128
"""What a shell adds to the number of the signal that ended a command, for its exit status."""


class ServerWatch:
    """Waits for the end of servers, from ``begin`` to ``stop``.

    Args:
        memory: tells whether the kernel ended a process for want of it.
        logs: folder of the servers' logs.
        on_death: called with a sentence that names what died, why, and what to do; and again every two seconds until
            ``stop``: what it does to another thread may get lost there.
    """

    def __init__(self, memory: Memory, logs: Path, on_death: Callable[[str], None]) -> None:
        self._memory = memory
        self._logs = logs
        self._on_death = on_death
        self._stopping = threading.Event()
        self._wake_reading, self._wake_writing = os.pipe()
        self._thread: threading.Thread | None = None

    def begin(self, servers: Mapping[str, Child]) -> None:
        """Watch these servers, by the name that they are told by. Called once."""
        self._thread = threading.Thread(target=self._watch, args=(servers,), name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Watch no more: from now on servers end because they are told to."""
        self._stopping.set()
        os.close(self._wake_writing)
        if self._thread is not None:
            self._thread.join()
        os.close(self._wake_reading)

    def _watch(self, servers: Mapping[str, Child]) -> None:
        # A descriptor of a process becomes readable when the process ends (pidfd_open(2)): no asking again and again.
        descriptors = {os.pidfd_open(child.pid): name for name, child in servers.items()}
        poll = select.poll()
        for descriptor in (self._wake_reading, *descriptors):
            poll.register(descriptor, select.POLLIN)
        try:
            ended = [descriptor for descriptor, _ in poll.poll()]
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        dead = [descriptors[descriptor] for descriptor in ended if descriptor in descriptors]
        if self._stopping.is_set() or not dead:
            return
        sentence = self._sentence(dead[0], servers[dead[0]])
        while not self._stopping.is_set():
            self._on_death(sentence)
            self._stopping.wait(_AGAIN_S)

    def _sentence(self, name: str, child: Child) -> str:
        end = _end(child.process.wait())
        if end == signal.SIGKILL and self._memory.ran_out():
            return (
                f"{name} was killed by the kernel, because the {self._memory.limit_mb:,.0f} MB of memory that there "
                "are here were used up. Give it more memory, or end other programs; then run this again."
            )
        how = f"killed by {end.name}" if isinstance(end, signal.Signals) else f"with exit status {end}"
        return f"{name} ended unasked, {how}. Run this again; if it ends once more, see its log in {self._logs}."


def _end(status: int) -> signal.Signals | int:
    """The signal that ended a process, or its exit status: a guard tells signals as shells do, by 128 and more."""
    number = -status if status < 0 else status - _SHELL
    return signal.Signals(number) if number in set(signal.Signals) else status
