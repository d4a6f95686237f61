"""Makes SIGTERM end a program the way Ctrl-C does: through its ``finally`` clauses."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ending_on_sigterm() -> Iterator[None]:
    """Within the block, SIGTERM raises ``SystemExit`` in the main thread.

    Nothing is changed when the program handles the signal itself, or when this is not the main
    thread, which alone may handle signals.
    """
    unhandled = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not unhandled or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    # Exit status of a program that a signal ended, as shells give it.
    sys.exit(128 + number)
