"""Runs commands side by side, and tells what each took."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psutil

from benchmarks.documents import BenchmarkError
from local.processes import LIBRARY_ROOT, PROJECT_ROOT

_LOOK_S: Final = 0.02
_LOOKS_A_SAMPLE: Final = 10
"""Adding up a process tree's memory takes some milliseconds, so it is not done at every look."""

_BYTES_PER_MB: Final = 1 << 20
_OWN_MODULES: Final = os.pathsep.join((str(PROJECT_ROOT), str(LIBRARY_ROOT)))
_SHOWN: Final = 2_000
"""Characters of a failed command's words that are shown."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took, its descendants included.

    Attributes:
        cpu_s: CPU seconds, user and system, as the kernel counted them.
        peak_mb: the most memory of its process tree, MB, sampled; shared memory counted once (PSS).
        output: what it wrote to standard output.
    """

    cpu_s: float
    peak_mb: float
    output: str


def run_side_by_side(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str | None]
) -> tuple[list[Run], float]:
    """Run all commands at once.

    Args:
        environment: what is changed in that of this process; None takes a variable away.

    Returns:
        A run for each, in order, and the wall seconds until the last had ended.

    Raises:
        BenchmarkError: one failed; its own words are shown.
    """
    changed = {**os.environ, "PYTHONPATH": _OWN_MODULES, **environment}
    variables = {name: value for name, value in changed.items() if value is not None}
    began = time.monotonic()
    with ThreadPoolExecutor(len(commands)) as pool:
        runs = list(pool.map(lambda command: _run(command, variables), commands))
    return runs, time.monotonic() - began


def _run(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    # A file, since nobody reads a pipe while the command runs.
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as words,
        subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT
        ) as process,
    ):
        peak_mb = 0.0
        # The kernel's own account of the tree comes with its end; nothing else may wait for it before.
        looks = 0
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            if looks % _LOOKS_A_SAMPLE == 0:
                peak_mb = max(peak_mb, _tree_mb(process.pid))
            looks += 1
            time.sleep(_LOOK_S)
        _, status, usage = ended
        process.returncode = os.waitstatus_to_exitcode(status)
        words.seek(0)
        output = words.read()
    if process.returncode:
        raise BenchmarkError(f"{command[0]} failed ({process.returncode}): {output[-_SHOWN:].strip()}")
    return Run(usage.ru_utime + usage.ru_stime, peak_mb, output)


def _tree_mb(pid: int) -> float:
    total = 0
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total / _BYTES_PER_MB
