"""An emulated AWS beside moto, for adapters that are held to a second reading of a service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.emulator import Emulator


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A MiniStack server."""
    folder = tmp_path_factory.mktemp("emulator")
    emulator = Emulator(objects=folder / "objects", temporary=folder, log=folder / "log")
    emulator.start()
    yield emulator
    emulator.stop()
