"""The developers' tools run as they are documented: from the project's folder, with nothing set."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from local.processes import PROJECT_ROOT

_TOOLS = sorted(path.stem for path in (PROJECT_ROOT / "tools").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", _TOOLS)
def test_a_tool_finds_what_it_needs_by_itself(name: str) -> None:
    bare = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    found = subprocess.run(
        [sys.executable, "-c", f"import tools.{name}"],
        cwd=PROJECT_ROOT,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
