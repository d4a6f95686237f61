"""``./docpipe`` as its users run it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.processes import PROJECT_ROOT

_PATIENCE_S = 300


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that is over."""

    exit_status: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line of stdout, as JSON."""
        return [json.loads(line) for line in self.stdout.splitlines()]


def docpipe(*arguments: object, cwd: Path | None = None, api: str | None = None) -> Ran:
    """Run a command; ``api`` is the address of the API that it is to speak to, as the environment says it."""
    done = subprocess.run(
        [str(PROJECT_ROOT / "docpipe"), *map(str, arguments)],
        cwd=cwd,
        env=os.environ if api is None else {**os.environ, "DOCPIPE_API": api},
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
