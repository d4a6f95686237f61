"""Only tests of the whole system are tried again: elsewhere a failure is a failure at once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.processes import PROJECT_ROOT
from tests.support.second_tries import pytest_collection_modifyitems


class Item(SimpleNamespace):
    """A test, as far as it is looked at."""

    def add_marker(self, marker: Any) -> None:
        self.reruns = marker.mark.kwargs["reruns"]


def reruns_of(path: Path) -> int:
    item: Any = Item(path=path, reruns=0)
    pytest_collection_modifyitems([item])
    return int(item.reruns)


@pytest.mark.parametrize(
    "folder", sorted(path for path in (PROJECT_ROOT / "tests").iterdir() if path.is_dir()), ids=lambda path: path.name
)
def test_a_second_try_is_for_tests_of_the_whole_system(folder: Path) -> None:
    assert reruns_of(folder / "test_something.py") == (1 if folder.name in ("e2e", "browser") else 0)
