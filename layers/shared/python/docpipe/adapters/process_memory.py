"""How much memory this process and those it has started have held at most, from ``/proc``.

Lambda shows a function neither its control group nor the line it writes to the log about memory, so the
processes are added up (proc(5)): anonymous memory of each at its peak, and the files they map once, since
they map the same ones. Peaks need not have come together: the sum is never below the truth.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_LINE = re.compile(r"^(VmHWM|RssFile):\s+(\d+) kB$", re.MULTILINE)


def peak_memory_mb() -> float:
    """Most memory held so far by this process and its living descendants, MB."""
    peaks = [held for pid in _family(os.getpid()) if (held := _held_kb(pid)) is not None]
    private = sum(max(0, most - files) for most, files in peaks)
    return (private + max((files for _, files in peaks), default=0)) / 1_024


def _held_kb(pid: int) -> tuple[int, int] | None:
    """Peak of the whole, and files mapped now, kB; None when the process is no more."""
    try:
        found = dict(_LINE.findall((_PROC / str(pid) / "status").read_text()))
    except (FileNotFoundError, ProcessLookupError):
        return None
    # A zombie has no memory left to tell of.
    return (int(found["VmHWM"]), int(found["RssFile"])) if "VmHWM" in found else None


def _family(pid: int) -> list[int]:
    """The process and its descendants."""
    children = _listed_children if _lists_children() else _children_by_parent()
    family = [pid]
    for member in family:
        family.extend(children(member))
    return family


def _lists_children() -> bool:
    return (_PROC / "thread-self" / "children").exists()


def _listed_children(pid: int) -> Iterator[int]:
    """Those that the kernel lists; a hundred times cheaper than to look at every process."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for thread in (_PROC / str(pid) / "task").iterdir():
            yield from map(int, (thread / "children").read_text().split())


def _children_by_parent() -> Callable[[int], list[int]]:
    """The same of a kernel without those lists (built without CONFIG_PROC_CHILDREN)."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in _PROC.iterdir():
        if entry.name.isdecimal() and (parent := _parent(entry)) is not None:
            children[parent].append(int(entry.name))
    return children.__getitem__


def _parent(entry: Path) -> int | None:
    try:
        stat = (entry / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name in brackets may hold anything, blanks and brackets too; the parent is the second field after it.
    return int(stat.rpartition(")")[2].split()[1])
