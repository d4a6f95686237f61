"""One account for all tests of deployments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.front.tokens import LocalIssuer
from local.postgres import PostgresServer
from tests.deploy.cloud import ISSUER, Cloud, EveryService, key_server
from tests.support.runtimes import shared_folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deployments follow one another."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("deploy"))


@pytest.fixture(scope="session")
def issuer() -> LocalIssuer:
    return LocalIssuer(ISSUER)


@pytest.fixture(scope="session")
def cloud(issuer: LocalIssuer) -> Iterator[Cloud]:
    """An account that is bootstrapped."""
    with shared_folder() as folder, key_server(issuer) as keys:
        for name in ("objects", "temporary"):
            (folder / name).mkdir()
        database = PostgresServer(folder / "postgres", folder / "postgres.log")
        emulator = EveryService(objects=folder / "objects", temporary=folder / "temporary", log=folder / "emulator.log")
        try:
            database.start()
            emulator.start()
            cloud = Cloud(emulator, database.make_database("docpipe"), keys, folder)
            cloud.bootstrap()
            yield cloud
        finally:
            emulator.stop()
            database.stop()
