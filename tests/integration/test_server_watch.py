"""Servers that die are noticed at once, and told in a sentence that names what died, why, and what to do."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.errors import LocalRuntimeError
from local.memory import Memory
from local.processes import PROJECT_ROOT, Child
from local.termination import raising_in_main_thread
from local.watch import ServerWatch
from tests.support.runtimes import PATIENCE_S, wait_for

_SERVE = "import sys; sys.stdin.read()"
"""A server: ends when its lifeline does."""

Start = Callable[[str], Child]


class _Exhausted(Memory):
    """Memory of which the kernel has ended a process."""

    def ran_out(self) -> bool:
        return True


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    children = []

    def begin(program: str = _SERVE) -> Child:
        with (tmp_path / "log").open("ab") as log:
            child = Child([sys.executable, "-c", program], environment={}, output=log, cwd=PROJECT_ROOT)
        children.append(child)
        return child

    yield begin
    for child in children:
        child.kill()


class _Watching:
    def __init__(self, servers: dict[str, Child], memory: Memory | None = None) -> None:
        self.told: list[str] = []
        self.watch = ServerWatch(memory or Memory(()), Path("/logs"), self.told.append)
        self.watch.begin(servers)

    def sentence(self) -> str:
        wait_for(lambda: self.told)
        self.watch.stop()
        return self.told[0]


def test_a_killed_server_is_told_with_the_signal(start: Start) -> None:
    servers = {"one": start(_SERVE), "other": start(_SERVE)}
    watching = _Watching(servers)
    os.kill(servers["other"].pid, signal.SIGKILL)
    sentence = watching.sentence()
    assert sentence.startswith("other ended unasked, killed by SIGKILL.")
    assert "/logs" in sentence


def test_a_guard_tells_the_signal_that_ended_its_command(start: Start) -> None:
    watching = _Watching({"one": start("import sys; sys.exit(128 + 11)")})
    assert "killed by SIGSEGV" in watching.sentence()


def test_an_exit_status_is_told(start: Start) -> None:
    watching = _Watching({"one": start("import sys; sys.exit(3)")})
    assert "with exit status 3." in watching.sentence()


def test_want_of_memory_is_told_with_what_there_was(start: Start) -> None:
    child = start(_SERVE)
    watching = _Watching({"one": child}, _Exhausted(()))
    os.kill(child.pid, signal.SIGKILL)
    sentence = watching.sentence()
    assert sentence.startswith("one was killed by the kernel, because the ")
    assert "Give it more memory" in sentence


def test_a_server_that_is_stopped_after_the_watch_is_no_news(start: Start) -> None:
    child = start(_SERVE)
    watching = _Watching({"one": child})
    watching.watch.stop()
    child.kill()
    assert watching.told == []


def test_the_main_thread_is_told_whatever_it_waits_for() -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.fail("Tests have to run in the main thread, as a program that uses the runtime does.")
    before = signal.getsignal(signal.SIGUSR1)
    with raising_in_main_thread() as tell:
        threading.Timer(0.2, tell, [LocalRuntimeError("it died")]).start()
        with pytest.raises(LocalRuntimeError, match="it died"):
            threading.Event().wait(PATIENCE_S)
    assert signal.getsignal(signal.SIGUSR1) is before
