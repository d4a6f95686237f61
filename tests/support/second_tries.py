"""Gives tests of the whole running system, and no others, a second try when they fail.

They run a dozen processes and a browser on a machine that others use too, and one hiccup of it would hide what
thousands of other tests have found. Who needed the second try is told at the end of the run, with what failed in the
first: that is a defect to be mended (docs/testing.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

_TESTS: Final = Path(__file__).resolve().parent.parent
_WHOLE_SYSTEM: Final = (_TESTS / "browser", _TESTS / "e2e")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_WHOLE_SYSTEM[0]) or item.path.is_relative_to(_WHOLE_SYSTEM[1]):
            item.add_marker(pytest.mark.flaky(reruns=1))
