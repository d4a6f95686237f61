"""Ends a program from outside of its main thread the way Ctrl-C does: through its ``finally`` clauses."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
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


@contextmanager
def raising_in_main_thread() -> Iterator[Callable[[Exception], None]]:
    """Gives what raises an exception in the main thread, whatever that waits for, until the end of the block.

    It uses SIGUSR1. It does nothing when the block is not entered in the main thread, which alone may handle signals.
    """
    main = threading.main_thread()
    if threading.current_thread() is not main:
        yield lambda _error: None
        return
    told: list[Exception] = []
    before = signal.getsignal(signal.SIGUSR1)

    def handle(number: int, frame: FrameType | None) -> None:
        if told:
            raise told[-1]
        if callable(before):
            before(number, frame)

    def tell(error: Exception) -> None:
        told.append(error)
        signal.pthread_kill(main.ident or 0, signal.SIGUSR1)

    signal.signal(signal.SIGUSR1, handle)
    try:
        yield tell
    finally:
        signal.signal(signal.SIGUSR1, before)


def _end(number: int, _frame: FrameType | None) -> None:
    # Exit status of a program that a signal ended, as shells give it.
    sys.exit(128 + number)
