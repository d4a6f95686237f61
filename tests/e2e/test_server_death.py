"""The emulator or PostgreSQL dies: whoever runs Docpipe is told at once in a sentence, and nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import psutil
import pytest

from local.processes import PROJECT_ROOT
from tests.support.runtimes import PATIENCE_S, all_gone, wait_for

pytestmark = pytest.mark.xdist_group("command-line")

_VICTIMS = {
    "emulator": ("local.emulator_main", "The AWS emulator"),
    "database server": ("-D", "PostgreSQL"),
    "guard of the database server": ("local.lifeline", "PostgreSQL"),
}
"""An argument that tells the process from all others, and what it is called."""


@pytest.fixture
def running() -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """``./docpipe up`` and all it started, once it is up."""
    command = [str(PROJECT_ROOT / "docpipe"), "up", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            wait_for(lambda: "Ctrl-C" in process.stdout.readline())  # type: ignore[union-attr]
            yield process, psutil.Process(process.pid).children(recursive=True)
        finally:
            process.kill()


@pytest.mark.parametrize("victim", list(_VICTIMS))
def test_a_server_that_dies_ends_the_command_with_a_sentence(
    running: tuple[subprocess.Popen[str], list[psutil.Process]], victim: str
) -> None:
    process, started = running
    argument, name = _VICTIMS[victim]
    (killed,) = _processes(started, argument)
    os.kill(killed.pid, signal.SIGKILL)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    (line,) = said.strip().splitlines()
    assert line.startswith(f"Docpipe stopped: {name} ended unasked, killed by SIGKILL. Run this again;")
    wait_for(lambda: all_gone(each.pid for each in started))


def _processes(started: list[psutil.Process], argument: str) -> list[psutil.Process]:
    """Those with an argument, without guards of a command that has it, and without what they forked a moment ago."""
    found = [each for each in started if argument in _command(each) and not _guards(each, argument)]
    return [each for each in found if each.ppid() not in [other.pid for other in found]]


def _command(process: psutil.Process) -> list[str]:
    """Its command line; empty of one that has ended meanwhile, as a function's process may."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _guards(process: psutil.Process, argument: str) -> bool:
    return argument == "-D" and "local.lifeline" in _command(process)
