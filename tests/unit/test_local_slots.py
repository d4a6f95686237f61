"""The CPUs of the machine are shared out fairly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from local.slots import CpuSlots, Patience


def waiting(slots: CpuSlots) -> int:
    return len(slots._waiting)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class Line:
    """Asks for slots one after the other, and notes in which order they were given."""

    def __init__(self, slots: CpuSlots) -> None:
        self._slots = slots
        self._threads: list[threading.Thread] = []
        self.served: list[str] = []

    def ask(self, name: str, count: int = 1, *, lane: str = "", priority: bool = False) -> None:
        def take() -> None:
            with self._slots.take(count, lane=lane, priority=priority):
                self.served.append(name)

        before = waiting(self._slots)
        self._threads.append(threading.Thread(target=take))
        self._threads[-1].start()
        until(lambda: waiting(self._slots) == before + 1)

    def join(self) -> list[str]:
        for thread in self._threads:
            thread.join()
        return self.served


def test_those_who_wait_are_served_in_the_order_of_asking() -> None:
    slots = CpuSlots(1)
    line = Line(slots)
    with slots.take(1):
        for name in "abc":
            line.ask(name)
    assert line.join() == ["a", "b", "c"]


def test_priority_goes_first_and_every_fifth_turn_is_for_the_others() -> None:
    slots = CpuSlots(1)
    line = Line(slots)
    with slots.take(1):
        for name in ("n1", "n2"):
            line.ask(name)
        for number in range(1, 10):
            line.ask(f"p{number}", priority=True)
    assert line.join() == ["p1", "p2", "p3", "p4", "n1", "p5", "p6", "p7", "p8", "n2", "p9"]


def test_of_two_lanes_that_which_has_had_less_time_goes_first() -> None:
    slots = CpuSlots(1)
    line = Line(slots)
    with slots.take(1, lane="long"):
        # The lanes of photos and of long scans begin here at the same place; the chunk in hand then counts.
        line.ask("scan 1", lane="long")
        line.ask("scan 2", lane="long")
        for number in range(3):
            line.ask(f"photo {number}", lane="short")
        time.sleep(0.5)
    assert line.join() == ["photo 0", "photo 1", "photo 2", "scan 1", "scan 2"]


def test_a_lane_saves_no_time_up_while_it_has_no_work() -> None:
    slots = CpuSlots(2)
    with slots.take(1, lane="long"):
        time.sleep(0.3)
    with slots.take(1, lane="long"):
        line = Line(slots)
        with slots.take(1, lane="short"):
            assert slots._had["short"] >= 0.3
        line.join()


def test_one_that_needs_more_than_there_is_gets_all() -> None:
    slots = CpuSlots(2)
    line = Line(slots)
    with slots.take(3):
        line.ask("behind")
        assert line.served == []
    assert line.join() == ["behind"]


def test_a_large_request_is_not_passed_by_small_ones() -> None:
    slots = CpuSlots(2)
    line = Line(slots)
    with slots.take(1):
        line.ask("large", 2)
        line.ask("small", 1)
        time.sleep(0.05)
        assert line.served == [], "one slot is free, but it is kept for the one in front"
    assert line.join() == ["large", "small"]


def test_work_is_fetched_while_the_slots_are_taken_but_only_one_ahead_in_each_lane_and_class() -> None:
    slots = CpuSlots(1)
    line = Line(slots)
    with slots.take(1):
        line.ask("waiting", lane="long")
        assert not slots.wait_until_open(0, lane="long")
        assert slots.wait_until_open(0, lane="short")
        assert slots.wait_until_open(0, lane="long", priority=True)
        line.ask("urgent", lane="long", priority=True)
        assert not slots.wait_until_open(0, lane="long", priority=True)
    assert line.join() == ["urgent", "waiting"]


def test_a_slot_is_given_back_when_its_holder_fails() -> None:
    slots = CpuSlots(1)
    with pytest.raises(ValueError, match="broken"), slots.take(1):
        raise ValueError("broken")
    assert slots.wait_until_open(0)


def test_what_is_held_is_renewed_while_waiting_and_when_a_long_wait_ends() -> None:
    slots = CpuSlots(1)
    renewals: list[float] = []
    patience = Patience(0.4, lambda: renewals.append(time.monotonic()))
    served: list[float] = []

    def take() -> None:
        with slots.take(1, patience=patience):
            served.append(time.monotonic())

    thread = threading.Thread(target=take)
    with slots.take(1):
        thread.start()
        until(lambda: len(renewals) >= 3)
        assert not served
        freed = time.monotonic()
    thread.join()
    assert freed <= renewals[-1] <= served[0]


def test_one_whose_renewal_fails_leaves_the_line() -> None:
    slots = CpuSlots(1)

    def fail() -> None:
        raise ConnectionError

    with slots.take(1), pytest.raises(ConnectionError), slots.take(1, patience=Patience(0.01, fail)):
        pytest.fail("it must not be served")
    assert waiting(slots) == 0
    assert slots.wait_until_open(0)


def test_never_more_slots_are_held_than_there_are() -> None:
    slots = CpuSlots(3)
    lock = threading.Lock()
    held = most = 0

    def work(number: int) -> None:
        nonlocal held, most
        for turn in range(200):
            count = (number + turn) % 3 + 1
            with slots.take(count, priority=number % 2 == 0, patience=Patience(0.001, lambda: None)):
                with lock:
                    held += count
                    most = max(most, held)
                with lock:
                    held -= count

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3
    assert held == 0


def test_the_end_of_the_runtime_lets_everybody_pass() -> None:
    slots = CpuSlots(1)
    line = Line(slots)
    with slots.take(1):
        line.ask("waiting")
        slots.close()
        assert line.join() == ["waiting"]


def test_a_small_request_runs_beside_a_large_one_that_holds_everything() -> None:
    slots = CpuSlots(2, spare=True)
    line = Line(slots)
    with slots.take(3, lane="long"):
        line.ask("scan", 3, lane="long")
        with slots.take(1, lane="short"):
            # One at a time: the machine is not to be overloaded.
            line.ask("photo 2", lane="short")
            assert line.served == []
        until(lambda: line.served == ["photo 2"])
    assert line.join() == ["photo 2", "scan"]


def test_a_large_request_begins_beside_a_single_small_one() -> None:
    slots = CpuSlots(2, spare=True)
    line = Line(slots)
    with slots.take(1, lane="short"):
        with slots.take(2, lane="long"):
            line.ask("photo", lane="short")
            time.sleep(0.2)
            assert line.served == []
        until(lambda: line.served == ["photo"])
    assert line.join() == ["photo"]


def test_what_runs_beside_does_not_keep_larger_ones_waiting_for_ever() -> None:
    slots = CpuSlots(2, spare=True)
    line = Line(slots)
    with slots.take(1, lane="short"), slots.take(1, lane="short"):
        line.ask("scan", 2, lane="long")
        for number in range(3):
            line.ask(f"photo {number}", lane="short")
        time.sleep(0.2)
        assert line.served == []
    # The lane of photos has had its time.
    assert line.join()[0] == "scan"


def test_without_memory_for_one_more_nothing_runs_beside() -> None:
    slots = CpuSlots(2)
    line = Line(slots)
    with slots.take(3, lane="long"):
        line.ask("photo", lane="short")
        time.sleep(0.2)
        assert line.served == []
    assert line.join() == ["photo"]
