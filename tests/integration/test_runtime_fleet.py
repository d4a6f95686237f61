"""Environments are started when needed, used again while warm, and ended when nothing needs them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import fleet as fleet_module
from local.errors import LocalRuntimeError
from local.fleet import Fleet
from local.invocation import Outcome
from local.launch import Launch, launches_of
from local.topology import EventSourceSpec, FunctionSpec, Topology
from tests.support.runtimes import all_gone, function, wait_for

SLEEP = {"do": "sleep", "seconds": 60}
LOOK = {"do": "look"}


def launches(folder: Path, functions: dict[str, FunctionSpec]) -> dict[str, Launch]:
    return launches_of(
        Topology(functions=functions),
        database_url="postgresql://unused",
        endpoint_url="http://emulator",
        logs=folder,
        temporary=folder / "tmp",
    )


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    fleet = Fleet(launches(tmp_path, {"one": function("obey"), "other": function("obey")}), 1)
    yield fleet
    fleet.close()


def test_events_one_after_the_other_share_an_environment_and_functions_do_not(fleet: Fleet) -> None:
    first, second, other = (fleet.invoke(name, LOOK) for name in ("one", "one", "other"))
    assert first.environment_id == second.environment_id != other.environment_id
    assert len(fleet.environments()) == 2


def test_events_at_the_same_time_have_an_environment_each(fleet: Fleet) -> None:
    thread = threading.Thread(target=fleet.invoke, args=("one", SLEEP))
    thread.start()
    wait_for(lambda: any(environment.busy for environment in fleet.environments()))
    assert fleet.invoke("one", LOOK).outcome is Outcome.SUCCESS
    assert len(fleet.environments()) == 2
    fleet.close()
    thread.join()


def test_an_environment_that_died_while_idle_is_not_used_again(fleet: Fleet) -> None:
    fleet.invoke("one", LOOK)
    (idle,) = fleet.environments()
    os.kill(idle.pid, signal.SIGKILL)
    wait_for(lambda: not idle.alive)
    record = fleet.invoke("one", LOOK)
    assert record.outcome is Outcome.SUCCESS
    assert record.environment_id != idle.id
    assert [environment.id for environment in fleet.environments()] == [record.environment_id]


def test_an_environment_that_is_idle_for_long_is_ended(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.invoke("one", LOOK)
    (idle,) = fleet.environments()
    monkeypatch.setattr(fleet_module, "_IDLE_LIMIT_S", 0.0)
    fleet.invoke("other", LOOK)
    assert all_gone([idle.pid])
    assert idle.id not in [environment.id for environment in fleet.environments()]


def test_the_end_kills_what_runs_and_begins_nothing_new(fleet: Fleet) -> None:
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(fleet.invoke("one", SLEEP).outcome))
    thread.start()
    wait_for(lambda: any(environment.busy for environment in fleet.environments()))
    pids = [environment.pid for environment in fleet.environments()]
    fleet.close()
    thread.join()
    assert outcomes == [Outcome.DIED]
    assert all_gone(pids)
    with pytest.raises(LocalRuntimeError, match="is ending"):
        fleet.invoke("one", LOOK)


def test_quick_functions_do_not_wait_for_the_cpus_of_long_work(tmp_path: Path) -> None:
    lanes = tuple(EventSourceSpec(queue=name, batch_size=1) for name in ("long", "long-priority"))
    functions = {
        "long": function("obey").model_copy(update={"package": "image", "event_sources": lanes}),
        "quick": function("obey").model_copy(update={"package": "image", "event_sources": lanes[:1]}),
    }
    fleet = Fleet(launches(tmp_path, functions), 1)
    thread = threading.Thread(target=fleet.invoke, args=("long", SLEEP))
    thread.start()
    try:
        wait_for(lambda: any(environment.busy for environment in fleet.environments()))
        assert fleet.invoke("quick", LOOK).outcome is Outcome.SUCCESS
        assert [environment.function for environment in fleet.environments() if environment.busy] == ["long"]
    finally:
        fleet.close()
        thread.join()


def test_an_idle_image_function_is_ended_before_others_where_memory_is_scarce(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = {"reads": function("obey", package="image"), "one": function("obey")}
    room_mb = 1e9
    fleet = Fleet(launches(tmp_path, functions), 1, room_mb=lambda: room_mb)
    monkeypatch.setattr(fleet_module, "_SCARCE_IDLE_LIMIT_S", 0.0)

    def living() -> set[str]:
        return {environment.id for environment in fleet.environments()}

    try:
        reads, one = (fleet.invoke(name, LOOK).environment_id for name in ("reads", "one"))
        assert fleet.invoke("one", LOOK).environment_id == one
        assert living() == {reads, one}
        room_mb = 1_000.0
        assert fleet.invoke("one", LOOK).environment_id == one
        assert living() == {one}
    finally:
        fleet.close()


def test_idle_environments_make_room_the_longest_idle_first(tmp_path: Path) -> None:
    functions = {name: function("obey") for name in ("first", "second", "third")}
    room_for = 3

    def room_mb() -> float:
        return 1e9 if len(living.environments()) < room_for else 10.0

    living = Fleet(launches(tmp_path, functions), 1, room_mb=room_mb)
    try:
        first, second = (living.invoke(name, LOOK).environment_id for name in ("first", "second"))
        (oldest,) = [environment for environment in living.environments() if environment.id == first]
        room_for = 2
        third = living.invoke("third", LOOK).environment_id
        assert all_gone([oldest.pid])
        assert {environment.id for environment in living.environments()} == {second, third}
    finally:
        living.close()


def test_an_event_is_worked_on_though_there_is_no_room(tmp_path: Path) -> None:
    fleet = Fleet(launches(tmp_path, {"one": function("obey")}), 1, room_mb=lambda: 0.0)
    try:
        assert fleet.invoke("one", LOOK).outcome is Outcome.SUCCESS
    finally:
        fleet.close()


def test_environments_of_a_function_that_is_retired_end(fleet: Fleet) -> None:
    fleet.invoke("one", LOOK)
    other = fleet.invoke("other", LOOK).environment_id
    fleet.retire("one")
    assert [environment.id for environment in fleet.environments()] == [other]


def test_a_function_that_died_before_it_took_its_event_is_started_once_more(fleet: Fleet) -> None:
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(fleet.invoke("one", LOOK).outcome))
    thread.start()
    wait_for(fleet.environments)
    fleet.environments()[0].kill()
    thread.join()
    assert outcomes == [Outcome.SUCCESS]
    assert [record.outcome for record in fleet.invocations()] == [Outcome.SUCCESS]
