"""The runtime takes its names, sizes and environments from the stack, and gives functions nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.errors import LocalRuntimeError
from local.launch import launches_of
from local.topology import Topology, load_topology, resolve

LAMBDA = {
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"),
    *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"),
    *("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"),
    *("_HANDLER", "LAMBDA_TASK_ROOT", "PYTHONPATH", "PATH", "LANG", "TZ", "TMPDIR"),
    "AWS_ENDPOINT_URL",
}
IMAGE = {"OMP_THREAD_LIMIT", "TESSDATA_PREFIX"}
TOPOLOGY = load_topology()


@pytest.mark.parametrize("name", sorted(TOPOLOGY.functions))
def test_each_function_gets_the_environment_of_the_stack_and_what_lambda_and_its_image_set(
    name: str, tmp_path: Path
) -> None:
    launches = launches_of(
        TOPOLOGY,
        database_url="postgresql://db",
        endpoint_url="http://aws",
        logs=tmp_path,
        temporary=tmp_path,
        more={
            "auth_audience": "us",
            "auth_issuer": "http://issuer",
            "auth_jwks_url": "http://issuer/keys",
            "connections_url": "http://live",
        },
    )
    given, spec = launches[name].environment("id", tmp_path), TOPOLOGY.functions[name]
    assert set(given) == set(spec.environment) | LAMBDA | (IMAGE if spec.package == "image" else set())
    if "DATABASE_URL" in spec.environment:
        assert given["DATABASE_URL"] == "postgresql://db"
        assert given["DATABASE_IAM_AUTH"] == "false"
    assert not [value for value in given.values() if "${" in value]
    literals = {
        variable: value
        for variable, value in spec.environment.items()
        if "${" not in value and variable != "DATABASE_IAM_AUTH"
    }
    assert literals == {variable: given[variable] for variable in literals}


def test_a_function_has_no_more_page_workers_than_there_are_cpus(tmp_path: Path) -> None:
    function = TOPOLOGY.functions["ocr-large"].model_copy(update={"environment": {"PAGE_WORKERS": "3"}})
    workers = [
        launches_of(
            TOPOLOGY.model_copy(update={"functions": {"ocr-large": function}}),
            database_url="postgresql://db",
            endpoint_url="http://aws",
            logs=tmp_path,
            temporary=tmp_path,
            cpus=cpus,
        )["ocr-large"].variables["PAGE_WORKERS"]
        for cpus in (2, 4, None)
    ]
    assert workers == ["2", "3", "3"]


def test_links_lead_to_the_page_of_this_machine(tmp_path: Path) -> None:
    launches = launches_of(
        TOPOLOGY.model_copy(update={"functions": {"deliver": TOPOLOGY.functions["deliver"]}}),
        database_url="postgresql://db",
        endpoint_url="http://aws",
        logs=tmp_path,
        temporary=tmp_path,
        more={"front": "http://127.0.0.1:1234", "connections_url": "http://live"},
    )
    assert launches["deliver"].variables["WEB_URL"] == "http://127.0.0.1:1234"


def test_every_queue_that_the_stack_names_exists() -> None:
    named = {source.queue for spec in TOPOLOGY.functions.values() for source in spec.event_sources}
    named |= {notification.queue for spec in TOPOLOGY.buckets.values() for notification in spec.notifications}
    named |= {spec.dead_letter_queue for spec in TOPOLOGY.queues.values() if spec.dead_letter_queue}
    assert named <= set(TOPOLOGY.queues)


def test_a_reference_is_replaced_wherever_it_stands() -> None:
    assert resolve("a-${x}-${bucket:y}", {"x": "1", "bucket:y": "2"}) == "a-1-2"


def test_an_unknown_reference_is_named_with_those_known() -> None:
    with pytest.raises(LocalRuntimeError, match=r"\$\{z\}.*Known: x"):
        resolve("${z}", {"x": "1"})


def test_a_file_that_does_not_fit_names_the_command_that_writes_it_anew(tmp_path: Path) -> None:
    path = tmp_path / "topology.json"
    with pytest.raises(LocalRuntimeError, match="export_topology"):
        load_topology(path)
    path.write_text('{"queues": {"work": {"visibility_timeout": 3}}}')
    with pytest.raises(LocalRuntimeError, match=r"visibility_timeout[\s\S]*export_topology"):
        load_topology(path)


def test_a_topology_needs_no_part_of_the_stack() -> None:
    assert Topology().functions == {}
