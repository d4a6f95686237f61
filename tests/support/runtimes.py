"""What the runtime's tests share: topologies, the journal of what handlers did, and waiting."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psutil

from local.topology import EventSourceSpec, FunctionSpec, QueueSpec

HANDLERS = "tests.support.runtime_handlers"
PATIENCE_S = 180.0
"""Long enough for a machine under load. Waiting ends as soon as what is waited for is there."""

_T = TypeVar("_T")


def wait_for(look: Callable[[], _T]) -> _T:
    """Ask until the answer is true, and give it back."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder that every user can reach, as a project outside of /root is (those of pytest are not)."""
    path = Path(tempfile.mkdtemp(prefix="docpipe-test-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def all_gone(pids: Iterable[int]) -> bool:
    """Whether none of these processes lives."""
    return not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids)


class Journal:
    """Reads what handlers wrote down."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def entries(self, **wanted: Any) -> list[dict[str, Any]]:
        """Entries with these values, in the order written."""
        # A line may be half written when it is read.
        lines = [line for line in self.path.read_text().splitlines(keepends=True) if line.endswith("\n")]
        found = [json.loads(line) for line in lines]
        return [entry for entry in found if all(entry.get(key) == value for key, value in wanted.items())]


def function(
    handler: str, *, timeout_s: float = 30, memory_mb: int = 256, package: str = "zip", **more: Any
) -> FunctionSpec:
    return FunctionSpec(
        handler=f"{HANDLERS}.{handler}", package=package, memory_mb=memory_mb, timeout_s=timeout_s, **more
    )


def queue(visibility_timeout_s: int = 30, *, dead_letter_queue: str | None = None, receives: int = 20) -> QueueSpec:
    return QueueSpec(
        visibility_timeout_s=visibility_timeout_s,
        retention_s=3_600,
        dead_letter_queue=dead_letter_queue,
        max_receive_count=receives if dead_letter_queue else None,
    )


def source(name: str, **more: Any) -> EventSourceSpec:
    return EventSourceSpec(queue=name, **{"report_batch_item_failures": True, **more})
