"""The log file of a function: what its environments print, and what Lambda adds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any


class FunctionLog:
    """Lines of JSON, appended whole by several processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self) -> IO[bytes]:
        """The file, for a process that writes to it. Each write goes to its end."""
        return self._path.open("ab", buffering=0)

    def write(self, entry: Mapping[str, Any]) -> None:
        """Add one line, with the time in front."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with self.open() as file:
            file.write(json.dumps({"time": now, **entry}).encode() + b"\n")
