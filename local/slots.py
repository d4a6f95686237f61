"""Shares the CPUs of this machine out among the functions that recognise pages."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

_IN_A_ROW: Final = 4
"""Priority requests served while others wait, before one of those has its turn: nobody starves."""

_NOTICEABLE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Patience:
    """What a waiting request does to keep what it holds.

    Attributes:
        every_s: seconds between two renewals.
        renew: called while waiting, and once at the end of a wait longer than a second.
    """

    every_s: float
    renew: Callable[[], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """A wish for some slots. Two are never equal."""

    slots: int
    priority: bool


class CpuSlots:
    """A fair, weighted semaphore: a function with two vCPUs takes two slots.

    Without it, environments side by side would slow each other down, and the durations measured,
    from which the cost of a document follows, would be those of an overloaded machine.

    Args:
        count: slots, at least 1.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = count
        self._in_a_row = 0
        self._closed = False
        self._waiting: dict[bool, deque[_Request]] = {True: deque(), False: deque()}
        self._changed = threading.Condition()

    @contextmanager
    def take(self, slots: int, *, priority: bool = False, patience: Patience | None = None) -> Iterator[None]:
        """Hold some slots, waiting for them in the order of asking within each class.

        Args:
            slots: how many; more than there are means all of them.
            priority: ahead of those without, but for every fifth turn.
            patience: what to do while waiting.
        """
        request = _Request(min(slots, self.count), priority)
        with self._changed:
            self._waiting[priority].append(request)
        waited_s = self._wait(request, patience)
        try:
            if patience is not None and waited_s > _NOTICEABLE_S:
                patience.renew()
            yield
        finally:
            with self._changed:
                self._free += request.slots
                self._changed.notify_all()

    def wait_until_open(self, timeout_s: float, *, priority: bool = False) -> bool:
        """Wait, without asking for a slot, until it makes sense to fetch work for one.

        That is when a slot is free that nobody waits for; with priority, when none of that class
        waits: its next turn is the next one, and its work should be at hand by then.
        """
        return self._locked_wait(lambda: not self._waiting[True] if priority else self._is_idle(), timeout_s)

    def close(self) -> None:
        """Let everybody pass: the runtime is ending."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wait(self, request: _Request, patience: Patience | None) -> float:
        """Wait until the request is granted; the seconds that took."""
        began = time.monotonic()
        try:
            while not self._grant(request, patience.every_s if patience else None):
                if patience is not None:
                    patience.renew()
        except BaseException:
            with self._changed:
                self._waiting[request.priority].remove(request)
                self._changed.notify_all()
            raise
        return time.monotonic() - began

    def _grant(self, request: _Request, timeout_s: float | None) -> bool:
        """Take the slots of a request when its turn comes within a time, in one step with finding out."""
        with self._changed:
            if not self._locked_wait(lambda: self._next() is request and self._free >= request.slots, timeout_s):
                return False
            self._waiting[request.priority].remove(request)
            self._free -= request.slots
            self._in_a_row = self._in_a_row + 1 if request.priority and self._waiting[False] else 0
            # The next in line may fit as well.
            self._changed.notify_all()
            return True

    def _locked_wait(self, condition: Callable[[], bool], timeout_s: float | None) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._closed or condition(), timeout_s)

    def _is_idle(self) -> bool:
        """Whether a slot is free that nobody waits for."""
        return self._free > 0 and self._next() is None

    def _next(self) -> _Request | None:
        """Whose turn it is."""
        ahead, others = self._waiting[True], self._waiting[False]
        if ahead and not (others and self._in_a_row >= _IN_A_ROW):
            return ahead[0]
        return others[0] if others else None
