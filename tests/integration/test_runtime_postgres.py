"""The embedded PostgreSQL: unprivileged, unreachable from outside, and none the worse for a crash."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from local import postgres_home
from local.errors import LocalRuntimeError
from local.postgres import PostgresServer
from tests.support.runtimes import all_gone, shared_folder, wait_for

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop its rights")


@pytest.fixture
def folder() -> Iterator[Path]:
    with shared_folder() as path:
        yield path


@pytest.fixture
def server(folder: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(folder / "postgres", folder / "postgres.log")
    server.start()
    yield server
    server.stop()


def postmaster(server: PostgresServer) -> psutil.Process:
    with psycopg.connect(server.url()) as connection:
        backend = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert backend is not None
        parent = psutil.Process(backend[0]).parent()
    assert parent is not None
    return parent


def test_it_listens_on_no_network_address(server: PostgresServer) -> None:
    assert not [c for c in postmaster(server).net_connections("inet") if c.status == psutil.CONN_LISTEN]


@as_root
def test_it_does_not_run_as_root_when_we_do(server: PostgresServer, folder: Path) -> None:
    assert postmaster(server).username() == "nobody"
    assert (folder / "postgres" / "data").owner() == "nobody"


def test_only_its_user_may_reach_its_socket(server: PostgresServer) -> None:
    with psycopg.connect(server.url()) as connection:
        (socket_folder,) = connection.execute("SHOW unix_socket_directories").fetchone() or ("",)
    assert Path(socket_folder).stat().st_mode & 0o077 == 0
    server.stop()
    assert not Path(socket_folder).exists()


def test_a_long_path_does_not_keep_it_from_making_its_socket(folder: Path) -> None:
    deep = folder.joinpath(*["a-folder-with-a-long-name"] * 5)
    deep.mkdir(parents=True)
    server = PostgresServer(deep / "postgres", folder / "postgres.log")
    server.start()
    try:
        assert psycopg.connect(server.url()).execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def test_the_owner_of_a_database_is_no_superuser_but_may_make_roles(server: PostgresServer) -> None:
    url = server.make_database("docpipe")
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == (False, True)


def test_a_database_made_again_is_empty(server: PostgresServer) -> None:
    with psycopg.connect(server.make_database("docpipe")) as connection:
        connection.execute("CREATE TABLE old ()")
    with psycopg.connect(server.make_database("docpipe")) as connection:
        assert connection.execute("SELECT to_regclass('old')").fetchone() == (None,)


def test_letters_beyond_ascii_have_upper_and_lower_case(server: PostgresServer) -> None:
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT lower('ÄRZTIN'), to_tsvector('simple', 'Ärztin')::text").fetchone() == (
            "ärztin",
            "'ärztin':1",
        )


def test_a_server_left_behind_is_ended_and_its_files_are_used_again(folder: Path) -> None:
    first = PostgresServer(folder / "postgres", folder / "postgres.log")
    first.start()
    left = postmaster(first)
    guard = left.parent()
    assert guard is not None
    guard.send_signal(signal.SIGSTOP)  # so that it cannot end its server
    guard.kill()
    wait_for(lambda: all_gone([guard.pid]))
    assert left.is_running()
    second = PostgresServer(folder / "postgres", folder / "postgres.log")
    second.start()
    try:
        assert all_gone([left.pid])
        assert psycopg.connect(second.url()).execute("SELECT 1").fetchone() == (1,)
    finally:
        second.stop()
        first.stop()


def test_a_process_that_merely_has_the_pid_of_a_dead_server_is_left_alone(folder: Path) -> None:
    server = PostgresServer(folder / "postgres", folder / "postgres.log")
    server.start()
    server.stop()
    (folder / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    with psutil.Popen(["sleep", "60"]) as bystander:
        (folder / "postgres" / "data" / "postmaster.pid").write_text(f"{bystander.pid}\n")
        try:
            server.start()
        except LocalRuntimeError:
            pass  # PostgreSQL itself may refuse, since the pid lives
        finally:
            server.stop()
        assert bystander.is_running()
        bystander.kill()


def test_half_made_files_are_made_anew(folder: Path) -> None:
    unfinished = folder / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = PostgresServer(folder / "postgres", folder / "postgres.log")
    server.start()
    server.stop()
    assert not unfinished.exists()


def test_files_of_another_major_version_are_made_anew(folder: Path) -> None:
    server = PostgresServer(folder / "postgres", folder / "postgres.log")
    server.start()
    server.stop()
    (folder / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    server.start()
    server.stop()
    assert (folder / "postgres" / "data" / "PG_VERSION").read_text() == "18\n"


@as_root
def test_below_a_folder_of_roots_it_keeps_its_files_elsewhere_and_changes_no_rights(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    private = folder / "private"
    private.mkdir(mode=0o700)
    (private / "project").mkdir()
    server = PostgresServer(private / "project" / "postgres", folder / "postgres.log")
    server.start()
    try:
        assert postmaster(server).username() == "nobody"
    finally:
        server.stop()
    assert private.stat().st_mode & 0o777 == 0o700
    assert not (private / "project" / "postgres").exists()


@as_root
def test_files_kept_elsewhere_are_removed_once_their_project_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    private = folder / "private"
    for project in ("gone", "kept", "new"):
        (private / project).mkdir(parents=True)
    private.chmod(0o700)
    gone, kept = (postgres_home.find_home(private / project / "postgres").path for project in ("gone", "kept"))
    (private / "gone").rmdir()
    postgres_home.find_home(private / "new" / "postgres")
    assert not gone.exists()
    assert kept.exists()


@as_root
def test_programs_below_a_folder_of_roots_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    private = folder / "private"
    private.mkdir(mode=0o700)
    site = postgres_home._site()
    for part in (postgres_home._PROGRAMS, postgres_home._LIBRARIES):
        shutil.copytree(site / part, private / part, symlinks=True)
    monkeypatch.setattr(postgres_home, "_site", lambda: private)
    server = PostgresServer(folder / "postgres", folder / "postgres.log")
    server.start()
    try:
        program = Path(postmaster(server).exe())
        assert program.is_relative_to(folder)
        assert not program.is_relative_to(private)
    finally:
        server.stop()


@as_root
def test_a_place_that_a_stranger_has_taken_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    private = folder / "private"
    private.mkdir(mode=0o700)
    place = postgres_home.find_home(private / "postgres").path
    os.chown(place, 12_345, 12_345)
    with pytest.raises(LocalRuntimeError, match=r"belongs to another user. Remove it"):
        PostgresServer(private / "postgres", folder / "postgres.log").start()
