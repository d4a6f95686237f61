"""Gives the tests a PostgreSQL: one embedded server a run, shared by all test processes.

The process that hands tests out starts it and names it in the environment, which the test
processes of pytest-xdist inherit. A server named there beforehand is used instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from local.postgres import PostgresServer

_VARIABLE = "DOCPIPE_TEST_DATABASE_URL"


def pytest_configure(config: pytest.Config) -> None:
    if _VARIABLE in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="docpipe-tests-"))
    # The server of a run by root is another user's process.
    folder.chmod(0o755)
    server = PostgresServer(folder / "postgres", folder / "postgres.log")
    server.start()
    os.environ[_VARIABLE] = server.make_database("docpipe")

    def stop() -> None:
        del os.environ[_VARIABLE]
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(stop)
