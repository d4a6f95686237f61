"""A limit on memory that the kernel holds, as that of a Lambda function or a container: a control group."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ROOT: Final = Path("/sys/fs/cgroup")
_BYTES_PER_MB: Final = 1 << 20


@dataclass(slots=True)
class MemoryGroup:
    """A group, and what was seen in it.

    Attributes:
        members: a process joins by writing its id there; its children are members too.
        peak_mb: the most memory that was charged to the group, MB; files kept in memory count too.
        killed: how often the kernel had to end a process.
    """

    members: Path
    peak_mb: float = 0.0
    killed: int = 0


@dataclass(frozen=True, slots=True)
class _Kind:
    """Names of one version's files (kernel documentation, "cgroup-v1/memory" and "cgroup-v2")."""

    limit: str
    peak: str
    events: str


_V1: Final = _Kind("memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control")
_V2: Final = _Kind("memory.max", "memory.peak", "memory.events")


@contextmanager
def memory_group(megabytes: int) -> Iterator[MemoryGroup | None]:
    """A group whose members may take so much memory together; None where this user may make none.

    Let a process join that does nothing else: where memory runs out the kernel ends the largest member. What was seen
    stands in the group when the block, and all members, have ended.
    """
    place = _place()
    if place is None:
        yield None
        return
    home, kind = place
    folder = home / f"docpipe-bench-{os.getpid()}"
    try:
        folder.mkdir()
        (folder / kind.limit).write_text(str(megabytes * _BYTES_PER_MB), encoding="ascii")
    except OSError:
        with suppress(OSError):
            folder.rmdir()
        yield None
        return
    group = MemoryGroup(folder / "cgroup.procs")
    try:
        yield group
    finally:
        group.peak_mb = int((folder / kind.peak).read_text(encoding="ascii")) / _BYTES_PER_MB
        events = dict(line.split() for line in (folder / kind.events).read_text(encoding="ascii").splitlines())
        group.killed = int(events.get("oom_kill", 0))
        with suppress(OSError):
            folder.rmdir()


def _place() -> tuple[Path, _Kind] | None:
    """The group that this process is in, and its version."""
    for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
        _, controllers, path = line.split(":", 2)
        home = _ROOT / path.lstrip("/")
        if "memory" in controllers.split(","):
            return _ROOT / "memory" / path.lstrip("/"), _V1
        if not controllers and (home / _V2.limit).exists():
            return home, _V2
    return None
