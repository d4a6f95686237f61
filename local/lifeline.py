"""Ends a process, and all it started, as soon as the runtime that started it is gone.

The runtime holds the writing end of a pipe open and never writes. When the runtime ends, in
whatever way (SIGKILL included), the kernel closes the pipe, and whoever reads it wakes up. This is
surer than PR_SET_PDEATHSIG, which fires when the *thread* that started the child ends.

As a program (``python -m local.lifeline SIGNAL UID GID COMMAND…``, the pipe as standard input) it
guards a command that knows nothing of pipes: PostgreSQL.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from types import FrameType
from typing import Any

_GRACE_S = 10.0


def end_group_with_parent(descriptor: int) -> None:
    """Kill this process group when the other end of the pipe is closed. Returns at once.

    Args:
        descriptor: reading end of the pipe.
    """

    def watch() -> None:
        os.read(descriptor, 1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def guard(command: list[str], *, end_signal: signal.Signals, uid: int, gid: int) -> int:
    """Run a command until it ends by itself or standard input is closed, then end it.

    Args:
        command: program and arguments.
        end_signal: what tells the command to end in good order.
        uid: user to run it as.
        gid: group to run it as.

    Returns:
        The exit status of the command; 128 and the signal's number, as of a shell, when one ended it.
    """
    # Its own session, so that a Ctrl-C at the terminal leaves the order of ending to the runtime.
    drop: dict[str, Any] = {} if uid == os.geteuid() else {"user": uid, "group": gid, "extra_groups": []}
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **drop)

    def forward(_signal: int, _frame: FrameType | None) -> None:
        child.send_signal(end_signal)

    signal.signal(signal.SIGTERM, forward)

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)
        child.send_signal(end_signal)
        try:
            child.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
    status = int(child.wait())
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(guard(sys.argv[4:], end_signal=signal.Signals[sys.argv[1]], uid=int(sys.argv[2]), gid=int(sys.argv[3])))
