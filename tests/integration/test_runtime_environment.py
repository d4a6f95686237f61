"""Execution environments: what a handler is given, and what becomes of it when it goes too far."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.environment import Environment
from local.invocation import Invocation, Outcome
from local.launch import launches_of
from local.processes import LIBRARY_ROOT, PROJECT_ROOT
from local.topology import Topology
from tests.support.runtimes import Journal, all_gone, function, wait_for

Start = Callable[..., Environment]
SLEEPER = "import time; time.sleep(60)"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


@pytest.fixture
def start(tmp_path: Path, journal: Journal) -> Iterator[Start]:
    """Start an environment of the obedient handler, with these limits."""
    started: list[Environment] = []

    def start_one(handler: str = "obey", **spec: Any) -> Environment:
        variables = {"JOURNAL": str(journal.path), "PREFIX": "${queue_url_prefix}x"}
        launches = launches_of(
            Topology(functions={"sample": function(handler, environment=variables, **spec)}),
            database_url="postgresql://unused",
            endpoint_url="http://emulator",
            logs=tmp_path,
            temporary=tmp_path / "tmp",
        )
        started.append(Environment(launches["sample"]))
        return started[-1]

    yield start_one
    for environment in started:
        environment.close()


def look(environment: Environment) -> dict[str, Any]:
    record = environment.invoke({"do": "look"})
    assert record.error is None
    return dict(record.response)


def test_a_handler_sees_the_variables_of_its_function_and_of_lambda_only(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_PASSWORD", "AWS_PROFILE", "HTTPS_PROXY", "HOME"):
        monkeypatch.setenv(name, "of-the-parent")
    environ = look(start())["environ"]
    assert "of-the-parent" not in environ.values()
    assert set(environ) == {
        *("JOURNAL", "PREFIX"),
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"),
        *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"),
        *("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"),
        *("_HANDLER", "_X_AMZN_TRACE_ID", "LAMBDA_TASK_ROOT"),
        *("PYTHONPATH", "PATH", "LANG", "TZ", "TMPDIR"),
    }
    assert environ["PREFIX"] == "http://emulator/000000000000/docpipe-local-x"
    assert environ["PYTHONPATH"].split(os.pathsep) == [str(PROJECT_ROOT), str(LIBRARY_ROOT)]


def test_an_image_function_finds_tesseract_as_in_its_image(start: Start) -> None:
    environ = look(start(package="image"))["environ"]
    assert environ["OMP_THREAD_LIMIT"] == "1"
    assert (Path(environ["TESSDATA_PREFIX"]) / "eng.traineddata").is_file()


def test_the_context_tells_what_lambda_tells(start: Start) -> None:
    environment = start(memory_mb=300, timeout_s=20)
    record = environment.invoke({"do": "look"}, "request-1")
    seen = record.response
    assert seen["request_id"] == record.request_id == "request-1"
    assert seen["function_name"] == "docpipe-local-sample"
    assert seen["arn"] == "arn:aws:lambda:us-east-1:000000000000:function:docpipe-local-sample"
    assert seen["memory"] == "300"
    assert 0 < seen["remaining_ms"] <= 20_000
    later = environment.invoke({"do": "sleep", "seconds": 1.5})
    assert later.response <= 18_500, "the time left must run down"


def test_an_environment_is_used_again_while_it_is_warm(start: Start) -> None:
    environment = start()
    first, second = environment.invoke({"do": "look"}), environment.invoke({"do": "look"})
    assert first.response["pid"] == second.response["pid"] == environment.pid
    assert (first.response["calls"], second.response["calls"]) == (1, 2)
    assert first.init_ms is not None
    assert first.billed_ms >= first.duration_ms + first.init_ms
    assert second.init_ms is None


def test_an_exception_is_reported_and_the_environment_lives_on(start: Start) -> None:
    environment = start()
    failed = environment.invoke({"do": "raise", "message": "no luck"})
    assert failed.outcome is Outcome.ERROR
    assert failed.error is not None
    assert failed.error.payload() == {"errorType": "ValueError", "errorMessage": "no luck"}
    assert look(environment)["calls"] == 2


def test_an_answer_that_is_no_json_is_an_error(start: Start) -> None:
    record = start().invoke({"do": "unserialisable"})
    assert record.error is not None
    assert record.error.error_type == "Runtime.MarshalError"


def test_an_answer_larger_than_lambda_takes_is_an_error(start: Start) -> None:
    environment = start()
    assert environment.invoke({"do": "answer", "value": "x" * 6_000_000}).error is None
    record = environment.invoke({"do": "answer", "value": "x" * 6_300_000})
    assert record.error is not None
    assert record.error.error_type == "Function.ResponseSizeTooLarge"


def test_a_handler_that_cannot_be_imported_is_an_error(start: Start) -> None:
    record = start(handler="nowhere").invoke({})
    assert record.outcome is Outcome.DIED
    assert record.error is not None
    assert "nowhere" in record.error.message


def test_a_handler_that_takes_too_long_is_killed_with_all_it_started(start: Start, journal: Journal) -> None:
    environment = start(timeout_s=5)
    record = environment.invoke({"do": "start_child", "code": SLEEPER, "wait_s": 60, "own_session": True})
    assert record.outcome is Outcome.TIMEOUT
    assert record.error is not None
    assert record.error.payload() == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {record.request_id} Error: Task timed out after 5.00 seconds",
    }
    assert not environment.alive
    wait_for(lambda: all_gone([environment.pid, journal.entries()[0]["child"]]))


def test_a_handler_that_takes_too_much_memory_is_killed(start: Start) -> None:
    environment = start(memory_mb=100)
    record = environment.invoke({"do": "grow", "mb": 200})
    assert record.outcome is Outcome.OUT_OF_MEMORY
    assert record.peak_memory_mb > 200
    assert all_gone([environment.pid])


def test_memory_of_processes_that_a_handler_starts_counts(start: Start) -> None:
    environment = start(memory_mb=150)
    hog = "held = bytearray(b'x' * 100_000_000); import time; time.sleep(60)"
    # One is within the limit; both are not, as soon as both hold what they take.
    for wait_s in (3, 25):
        record = environment.invoke({"do": "start_child", "code": hog, "wait_s": wait_s})
    assert record.outcome is Outcome.OUT_OF_MEMORY
    assert record.peak_memory_mb > 190


def test_the_kernel_ends_environments_before_the_servers_when_memory_runs_out(start: Start) -> None:
    environment = start()
    environment.invoke({"do": "look"})
    offered = Path(f"/proc/{environment.pid}/oom_score_adj").read_text()
    assert int(offered) > int(Path("/proc/self/oom_score_adj").read_text())


@pytest.mark.parametrize(
    ("event", "end"),
    [({"do": "exit", "status": 3}, "exit status 3"), ({"do": "exit", "status": 0}, "exit status 0")],
)
def test_an_environment_that_ends_by_itself_is_an_error(start: Start, event: dict[str, Any], end: str) -> None:
    environment = start()
    record = environment.invoke(event)
    assert record.outcome is Outcome.DIED
    assert record.error is not None
    assert record.error.error_type == "Runtime.ExitError"
    assert record.error.message.endswith(end)
    assert not environment.alive


def test_an_environment_can_be_killed_while_it_works(start: Start) -> None:
    environment = start()
    records: list[Invocation] = []
    look(environment)
    thread = threading.Thread(target=lambda: records.append(environment.invoke({"do": "sleep", "seconds": 60})))
    thread.start()
    wait_for(lambda: environment.busy)
    environment.kill()
    thread.join()
    assert records[0].outcome is Outcome.DIED
    assert records[0].error is not None
    assert records[0].error.message.endswith("signal: killed")


def test_temporary_files_end_with_their_environment(start: Start) -> None:
    environment, other = start(), start()
    left = Path(environment.invoke({"do": "write_temporary"}).response)
    kept = Path(other.invoke({"do": "write_temporary"}).response)
    assert left.parent == environment.temporary != kept.parent
    environment.kill()
    assert not left.parent.exists()
    assert kept.exists()


def test_what_a_handler_prints_and_a_report_are_in_the_log(start: Start, tmp_path: Path) -> None:
    start(memory_mb=200).invoke({"do": "print", "text": '{"level": "INFO"}'}, "request-1")
    lines = [json.loads(line) for line in (tmp_path / "sample.log").read_text().splitlines()]
    assert [line.get("type") or line.get("level") for line in lines] == ["platform.start", "INFO", "platform.report"]
    report = lines[-1]["record"]
    assert (report["requestId"], report["status"]) == ("request-1", "success")
    assert report["metrics"]["memorySizeMB"] == 200
    assert 5 < report["metrics"]["maxMemoryUsedMB"] < 200


def test_a_handler_reads_nothing_from_standard_input(start: Start) -> None:
    assert look(start())["stdin"] == ""


_PARENT = f"""
import sys
from pathlib import Path
from local.environment import Environment
from local.launch import launches_of
from local.topology import Topology
from tests.support.runtimes import function
folder = Path(sys.argv[1])
spec = function("obey", environment={{"JOURNAL": str(folder / "journal")}})
launches = launches_of(
    Topology(functions={{"sample": spec}}),
    database_url="postgresql://unused",
    endpoint_url="http://emulator",
    logs=folder,
    temporary=folder,
)
environment = Environment(launches["sample"])
print(environment.pid, flush=True)
environment.invoke({{"do": "start_child", "code": {SLEEPER!r}, "wait_s": 60}})
"""


def test_environments_die_with_a_killed_runtime_even_while_they_work(tmp_path: Path, journal: Journal) -> None:
    path = os.pathsep.join((str(PROJECT_ROOT), str(LIBRARY_ROOT)))
    command = [sys.executable, "-c", _PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        child = wait_for(journal.entries)[0]["child"]
        parent.send_signal(signal.SIGKILL)
    wait_for(lambda: all_gone([pid, child]))
