"""Shares the CPUs of this machine out among the functions that recognise pages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
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
    lane: str
    small: bool = False


class CpuSlots:
    """A fair, weighted semaphore: a function with two vCPUs takes two slots.

    Without it, environments side by side would slow each other down, and the durations measured,
    from which the cost of a document follows, would be those of an overloaded machine.

    On Lambda each lane has environments of its own. Here the lanes that have work get the same share of the
    time: whoever has had least goes first.

    Args:
        count: slots, at least 1.
        spare: whether one more process may run than there are slots: one small beside larger ones that hold
            everything. A photo begins at once, and not when the chunk of a long scan is done; and the scan, not when
            the photo is.
    """

    def __init__(self, count: int, *, spare: bool = False) -> None:
        self.count = count
        self._spare = spare
        self._free = count
        self._in_a_row = 0
        self._closed = False
        self._waiting: list[_Request] = []
        self._holding: list[_Request] = []
        self._had: dict[str, float] = {}
        self._changed = threading.Condition()

    @contextmanager
    def take(
        self, slots: int, *, lane: str = "", priority: bool = False, patience: Patience | None = None
    ) -> Iterator[None]:
        """Hold some slots, waiting for them in the order of asking within each lane.

        Args:
            slots: how many; more than there are means all of them.
            lane: whose share of the time they are.
            priority: ahead of those without, but for every fifth turn.
            patience: what to do while waiting.
        """
        request = _Request(min(slots, self.count), priority, lane, small=slots == 1)
        with self._changed:
            self._begin_share(lane)
            self._waiting.append(request)
        waited_s = self._wait(request, patience)
        began = time.monotonic()
        try:
            if patience is not None and waited_s > _NOTICEABLE_S:
                patience.renew()
            yield
        finally:
            with self._changed:
                self._had[lane] += (time.monotonic() - began) * request.slots
                self._holding.remove(request)
                self._free += request.slots
                self._changed.notify_all()

    def wait_until_open(self, timeout_s: float, *, lane: str = "", priority: bool = False) -> bool:
        """Wait, without asking for a slot, until it makes sense to fetch work for one.

        That is when none of that lane and class waits: its turn comes, and its work should be at hand by then.
        """
        return self._locked_wait(
            lambda: all(each.lane != lane or each.priority is not priority for each in self._waiting), timeout_s
        )

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
                self._waiting.remove(request)
                self._changed.notify_all()
            raise
        return time.monotonic() - began

    def _grant(self, request: _Request, timeout_s: float | None) -> bool:
        """Take the slots of a request when its turn comes within a time, in one step with finding out."""
        with self._changed:
            if not self._locked_wait(lambda: self._fits(request) or self._fits_beside(request), timeout_s):
                return False
            self._waiting.remove(request)
            self._holding.append(request)
            self._free -= request.slots
            others = any(not each.priority for each in self._waiting)
            self._in_a_row = self._in_a_row + 1 if request.priority and others else 0
            # The next in line may fit as well.
            self._changed.notify_all()
            return True

    def _fits(self, request: _Request) -> bool:
        return self._next(self._waiting) is request and self._free >= request.slots

    def _fits_beside(self, request: _Request) -> bool:
        """Whether this request makes it one small beside larger ones, which is what the spare process is for.

        A small one begins beside larger ones that hold everything: not while a slot is free, which a larger one may
        wait for. A larger one begins beside a small one, when the rest is free.
        """
        if not self._spare:
            return False
        if request.small:
            alone = self._free == 0 and not any(each.small for each in self._holding)
            return alone and self._next([each for each in self._waiting if each.small]) is request
        beside = len(self._holding) == 1 and self._holding[0].small
        return beside and self._free >= request.slots - 1 and self._next(self._waiting) is request

    def _locked_wait(self, condition: Callable[[], bool], timeout_s: float | None) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._closed or condition(), timeout_s)

    def _begin_share(self, lane: str) -> None:
        """Let a lane that comes with new work begin where the others are: time it did not ask for is gone."""
        active = {each.lane for each in (*self._waiting, *self._holding)}
        if lane not in active:
            least = min((self._had[each] for each in active), default=0.0)
            self._had[lane] = max(self._had.get(lane, 0.0), least)

    def _next(self, waiting: Sequence[_Request]) -> _Request | None:
        """Whose turn it is, of those who wait."""
        ahead = [each for each in waiting if each.priority]
        others = [each for each in waiting if not each.priority]
        turn = ahead if ahead and not (others and self._in_a_row >= _IN_A_ROW) else others
        # Of several, min takes the first that came.
        return min(turn, key=lambda each: self._had[each.lane], default=None)
