"""What the tests of page workers share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import psutil

from docpipe.domain.page import PageReading
from docpipe.ports import ReadOptions
from docpipe.workers import PageWorkers

HOSTILE: Final = "tests.support.hostile_reading"
PATIENT: Final = ReadOptions(page_time_limit_s=60.0)
HURRIED: Final = ReadOptions(page_time_limit_s=2.0)
"""Long enough for a page that is no work, on any machine."""

Start = Callable[..., PageWorkers]
Document = Callable[..., Path]


def readings(
    workers: PageWorkers, path: Path, options: ReadOptions = PATIENT, *, pages: list[int] | None = None
) -> Iterator[PageReading]:
    numbers = pages or range(1, len(json.loads(path.read_bytes())) + 1)
    return workers.read(path, numbers, options, may_start=lambda page: True, on_tick=lambda: None)


def by_page(found: Iterator[PageReading]) -> dict[int, PageReading]:
    return {reading.page_number: reading for reading in found}


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True, timeout=120
    )


def workers_now() -> list[psutil.Process]:
    """The worker processes of this process, those that ended and were not waited for included."""
    return [child for child in psutil.Process().children() if _is_worker(child)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE or "docpipe.workers.main" in process.cmdline()
    except psutil.NoSuchProcess:
        return False
