"""Starting and ending the whole runtime: nothing is left behind, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from local.errors import LocalRuntimeError
from local.front.tokens import LocalIssuer, Principal
from local.names import resource_name
from local.processes import LIBRARY_ROOT, PROJECT_ROOT
from local.runtime import Runtime
from local.topology import BucketSpec, HttpApiSpec, Topology
from tests.support.runtimes import PATIENCE_S, all_gone, function, queue, shared_folder, source, wait_for

pytestmark = pytest.mark.xdist_group("runtime-lifecycle")

TOPOLOGY = Topology(
    buckets={"uploads": BucketSpec(versioned=True)},
    queues={"work": queue()},
    functions={
        "work": function("obey", event_sources=[source("work")]),
        "cleaner": function("obey", schedule_s=3_600),
        "api": function("mirror"),
    },
    http_api=HttpApiSpec(function="api", routes=("GET /{proxy+}",)),
)

NO_DATABASE = "postgresql://unused"

_PROGRAM = """
import signal, sys, threading, time
from pathlib import Path
# A shell's background jobs are started with this signal ignored, and hand that on.
signal.signal(signal.SIGINT, signal.default_int_handler)
from local.runtime import Runtime
from tests.integration.test_runtime_lifecycle import TOPOLOGY
with Runtime(Path(sys.argv[1]), topology=TOPOLOGY) as runtime:
    threading.Thread(target=runtime.function("work"), args=({"do": "sleep", "seconds": 60},), daemon=True).start()
    while not any(environment.busy for environment in runtime.environments()):
        time.sleep(0.05)
    print("ready", flush=True)
    threading.Event().wait()
"""


@pytest.fixture(scope="module")
def project() -> Iterator[Path]:
    """One folder for all: each test is then also a next run after another one's."""
    with shared_folder() as path:
        yield path


@contextmanager
def program(root: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A program that runs a busy runtime, and the processes it started."""
    path = os.pathsep.join((str(PROJECT_ROOT), str(LIBRARY_ROOT)))
    environment = {**os.environ, "PYTHONPATH": path}
    environment.pop("DATABASE_URL", None)
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(root)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        children = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        # Emulator and PostgreSQL with their guards and servers, and at least one environment.
        assert len(children) >= 5
        try:
            yield process, children
        finally:
            # Leaving the block waits for the process, however the test went.
            process.kill()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)])
def test_nothing_is_left_behind_when_a_signal_ends_the_program(
    project: Path, number: signal.Signals, status: int
) -> None:
    with program(project) as (process, children):
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == status
        wait_for(lambda: all_gone(children))


def test_nothing_is_left_behind_when_the_program_is_killed_and_the_next_run_starts_well(project: Path) -> None:
    with program(project) as (process, children):
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_S)
        # At once, while what was left may still be ending.
        with Runtime(project, topology=TOPOLOGY) as runtime:
            assert runtime.folder == project / ".docpipe"
            assert runtime.function("work")({"do": "answer", "value": 1}).response == 1
            assert psycopg.connect(runtime.database_url).execute("SELECT 1").fetchone() == (1,)
        wait_for(lambda: all_gone(children))


def asked(runtime: Runtime, path: str) -> httpx.Response:
    """The answer of the API to somebody with a token."""
    headers = {"authorization": f"Bearer {runtime.token()}"}
    return httpx.get(f"{runtime.api_url}{path}", headers=headers, timeout=PATIENCE_S, trust_env=False)


def test_two_runtimes_run_side_by_side_in_one_folder(project: Path) -> None:
    with Runtime(project, topology=TOPOLOGY) as first, Runtime(project, topology=TOPOLOGY) as second:
        assert first.folder != second.folder
        first.client("s3").put_object(Bucket=resource_name("uploads"), Key="a", Body=b"a")
        assert second.client("s3").list_objects_v2(Bucket=resource_name("uploads"))["KeyCount"] == 0
        with psycopg.connect(first.database_url) as connection:
            connection.execute("CREATE TABLE only_in_the_first ()")
        with psycopg.connect(second.database_url) as connection:
            assert connection.execute("SELECT to_regclass('only_in_the_first')").fetchone() == (None,)
        for runtime in (first, second):
            assert asked(runtime, "/x").status_code == 200


def test_tables_of_a_run_stay_until_the_next_one_begins_anew(project: Path) -> None:
    with Runtime(project, topology=TOPOLOGY) as runtime, psycopg.connect(runtime.database_url) as connection:
        connection.execute("CREATE TABLE of_the_first_run ()")
        connection.commit()
    with Runtime(project, topology=TOPOLOGY) as runtime, psycopg.connect(runtime.database_url) as connection:
        assert connection.execute("SELECT to_regclass('of_the_first_run')").fetchone() == (None,)


def test_a_failed_migration_is_told_and_ends_what_was_started(project: Path) -> None:
    before = set(psutil.Process().children(recursive=True))
    broken = TOPOLOGY.model_copy(update={"functions": {**TOPOLOGY.functions, "migrate": function("refuse_to_migrate")}})
    with (
        pytest.raises(LocalRuntimeError, match=r"could not be migrated: RuntimeError: no such table"),
        Runtime(project, topology=broken, database_url=NO_DATABASE),
    ):
        pytest.fail("it must not start")
    wait_for(lambda: not set(psutil.Process().children(recursive=True)) - before)


def test_a_database_of_the_users_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user@db.example/theirs")
    environment = {"DATABASE_URL": "${database_url}"}
    topology = Topology(functions={"look": function("obey", environment=environment)})
    with Runtime(tmp_path, topology=topology) as runtime:
        seen = runtime.function("look")({"do": "look"}).response["environ"]
        assert seen["DATABASE_URL"] == "postgresql://user@db.example/theirs"
        assert not (tmp_path / ".docpipe" / "postgres").exists()


def test_a_taken_port_is_told_in_a_sentence(project: Path) -> None:
    with Runtime(project, topology=TOPOLOGY, database_url=NO_DATABASE) as runtime:
        port = int(runtime.url.rpartition(":")[2])
        with (
            pytest.raises(LocalRuntimeError, match=rf"Port {port} is taken"),
            Runtime(project, topology=TOPOLOGY, database_url=NO_DATABASE, port=port),
        ):
            pytest.fail("it must not start")


def test_the_runtime_of_the_stack_starts_and_answers(project: Path) -> None:
    with Runtime(project) as runtime:
        document = f"{runtime.api_url}/documents/{'0' * 8}-0000-0000-0000-{'0' * 12}"
        assert httpx.get(document, timeout=PATIENCE_S, trust_env=False).status_code == 401
        forged = {"authorization": f"Bearer {LocalIssuer(runtime.url).token(Principal())}"}
        assert httpx.get(document, headers=forged, timeout=PATIENCE_S, trust_env=False).status_code == 403
        answer = asked(runtime, f"/documents/{'0' * 8}-0000-0000-0000-{'0' * 12}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "document_not_found"
        assert runtime.run_schedule("sweep").error is None
        assert runtime.run_schedule("dead_letter").error is None
