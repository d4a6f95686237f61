"""What a page worker may use, and how long it may live; set by the worker itself as its first act."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path
from typing import Final

_PARENT_RESERVE_MB: Final = 256
"""Memory left to the parent and to what all processes share.

Measured: the parent holds 73 MB with AWS's and PostgreSQL's libraries loaded, and each worker maps
38 MB of files, mostly the same ones, which RLIMIT_DATA does not count. The rest is for connections,
for readings on their way (a few MB each), and for growth.
"""

LEFTOVER_BYTES: Final = 12 << 20
"""What may be resident beyond the least since memory was last given back: nothing is done for a page that left little.

The page with the largest picture comes on top of it, once in a hundred pages, and is a worker's peak. What more would
save, and cost, is measured in docs/performance.md.
"""

_PR_SET_PDEATHSIG: Final = 1
"""prctl(2), ``linux/prctl.h``."""


def data_limit(memory_mb: int, workers: int) -> int:
    """Bytes of private writable memory for each worker, so that all of them fit into the function together.

    In the tiers this is 1,513 MB and more, where an A4 page at 300 dpi in colour needs about 450 MB.

    Args:
        memory_mb: memory of the function, MB (of 2**20 bytes, as Lambda counts).
    """
    return max(memory_mb - _PARENT_RESERVE_MB, memory_mb // 2) * (1 << 20) // workers


def limit_memory(data_bytes: int) -> None:
    """From now on an allocation beyond the limit fails, instead of the whole environment being killed.

    RLIMIT_DATA rather than RLIMIT_AS: it counts heap and private mappings, not reserved addresses and
    mapped files. No core is dumped: it would hold the document.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        data_bytes = min(data_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (data_bytes, data_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Leftovers:
    """Free memory that the C library keeps, and that the kernel gets back when much of it has come together.

    Tesseract keeps small blocks for long, and what is free between them stays unused: without this a worker's peak
    rises with its pages. Made when the worker holds what it needs for any page, and no document.
    """

    def __init__(self) -> None:
        self._held = _resident_bytes()

    def give_back(self) -> None:
        """To be called after each page. Other C libraries than glibc lack the call, and go without."""
        resident = _resident_bytes()
        if resident > self._held + LEFTOVER_BYTES:
            trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
            if trim is not None:
                trim(0)
            self._held = _resident_bytes()
        else:
            self._held = min(self._held, resident)


def _resident_bytes() -> int:
    """Memory of this process that is in RAM now: the second figure of ``statm`` (proc(5)), pages."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()


def die_with(parent: int) -> None:
    """Be killed when the process ``parent`` ends, even in the middle of a page.

    Raises:
        SystemExit: the parent has ended already.
        OSError: the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        raise SystemExit(0)
