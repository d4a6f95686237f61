"""How much memory this runtime may take, how much is taken, and whether the kernel ended a process for want of it.

A limit is that of the control group it runs in (a container, a service), of either version, or the memory of the
machine (kernel documentation, "cgroup-v1/memory", "cgroup-v2", "proc").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import psutil

_MB: Final = 1 << 20
_ROOT: Final = Path("/sys/fs/cgroup")
_MEMBERSHIP: Final = Path("/proc/self/cgroup")


_SERVERS_MB: Final = 600
"""What everything takes that does not read pages: PostgreSQL, the emulator, the front, the small functions."""

_READER_MB: Final = 400
"""What a CPU that reads pages takes: a page worker, its share of a handler, and more for large pages."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """Names of one version's files, and of the lines of ``memory.stat`` that tell of files kept in memory."""

    limit: str
    usage: str
    events: str
    files: tuple[str, str]


_V1: Final = _Kind(
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    "memory.oom_control",
    ("total_inactive_file", "total_active_file"),
)
_V2: Final = _Kind("memory.max", "memory.current", "memory.events", ("inactive_file", "active_file"))


@dataclass(frozen=True, slots=True)
class _Group:
    """A control group that limits memory."""

    folder: Path
    kind: _Kind

    @property
    def limit_mb(self) -> float:
        """Infinite where it sets none."""
        text = self._read(self.kind.limit).strip()
        return int(text) / _MB if text.isdigit() else float("inf")

    @property
    def used_mb(self) -> float:
        """Without the files that the kernel keeps as long as nobody wants their place."""
        told = self._table("memory.stat")
        files = sum(told.get(name, 0) for name in self.kind.files)
        return max(0, int(self._read(self.kind.usage)) - files) / _MB

    @property
    def kills(self) -> int:
        """How often the kernel ended a process of it."""
        return self._table(self.kind.events).get("oom_kill", 0)

    def _table(self, name: str) -> dict[str, int]:
        return {key: int(value) for key, value in (line.split() for line in self._read(name).splitlines())}

    def _read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="ascii")


class Memory:
    """The memory that this process and its children may take together.

    Attributes:
        limit_mb: MB of 2**20 bytes.
    """

    def __init__(self, groups: tuple[_Group, ...]) -> None:
        self._machine_mb = psutil.virtual_memory().total / _MB
        self._group = min(groups, key=lambda group: group.limit_mb, default=None)
        if self._group is not None and self._group.limit_mb >= self._machine_mb:
            self._group = None
        self.limit_mb = self._machine_mb if self._group is None else self._group.limit_mb
        self._kills_before = self._kills()

    @classmethod
    def of_this_process(cls) -> Self:
        """With the narrowest of the limits that hold for this process."""
        return cls(tuple(groups_of(_MEMBERSHIP.read_text(encoding="utf-8"), _ROOT)))

    @property
    def room_mb(self) -> float:
        """What can still be taken."""
        available_mb = psutil.virtual_memory().available / _MB
        return available_mb if self._group is None else min(available_mb, self._group.limit_mb - self._group.used_mb)

    @property
    def readers(self) -> int:
        """How many pages can be read at a time within the limit."""
        return max(1, int((self.limit_mb - _SERVERS_MB) / _READER_MB))

    def ran_out(self) -> bool:
        """Whether the kernel has ended a process for want of memory since this object was made."""
        return self._kills() > self._kills_before

    def _kills(self) -> int:
        if self._group is not None:
            return self._group.kills
        counters = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
        return next((int(line.split()[1]) for line in counters if line.startswith("oom_kill ")), 0)


def groups_of(membership: str, root: Path) -> Iterator[_Group]:
    """The groups that a process is in, from the innermost out.

    In a container the path may be that of the host, while the container's own group is what is mounted.
    """
    for line in membership.splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            kind, base = _V1, root / "memory"
        elif not controllers:
            kind, base = _V2, root
        else:
            continue
        inner = base / path.lstrip("/")
        for folder in (inner, *inner.parents):
            if (folder / kind.limit).is_file():
                yield _Group(folder, kind)
            if folder == base:
                break
