"""Folders for a document's bytes on the way through: made for one piece of work, removed after it.

/tmp outlives an invocation, and even a crash of the function's process, so what a crashed one left
behind (a whole scan, perhaps) is removed at the next start.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "docpipe-work-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder that is removed, with all it holds, at the end of the block."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        yield Path(folder)


def clear_left_behind() -> None:
    """Remove what an earlier process of this environment left: only one runs at a time."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)
