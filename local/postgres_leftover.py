"""Ends a database server that outlived the run that started it."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

import psutil

_GRACE_S = 5.0


def end_leftover(data: Path) -> None:
    """End the server that works on a data folder, when there is one, without touching any other.

    A killed guard is the only way in which a server can be left; PostgreSQL itself recovers the
    data at its next start, and removes its own stale pid file.
    """
    process = _server_of(data)
    if process is None:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        # Immediate shutdown: no waiting for clients, recovery at the next start.
        process.send_signal(signal.SIGQUIT)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(_GRACE_S)
        if process.is_running():
            process.kill()
            process.wait(_GRACE_S)


def _server_of(data: Path) -> psutil.Process | None:
    """The process that the pid file names, if it really works in the data folder: pids are used again."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        works_here = Path(process.cwd()) == data.resolve()
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return process if works_here else None
