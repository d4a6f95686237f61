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
from local.launch import launches_of
from local.topology import EventSourceSpec, Topology
from tests.support.runtimes import all_gone, function, wait_for

SLEEP = {"do": "sleep", "seconds": 60}
LOOK = {"do": "look"}


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    launches = launches_of(
        Topology(functions={"one": function("obey"), "other": function("obey")}),
        database_url="postgresql://unused",
        endpoint_url="http://emulator",
        logs=tmp_path,
        temporary=tmp_path / "tmp",
    )
    fleet = Fleet(launches, 1)
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
    launches = launches_of(
        Topology(functions=functions),
        database_url="postgresql://unused",
        endpoint_url="http://emulator",
        logs=tmp_path,
        temporary=tmp_path / "tmp",
    )
    fleet = Fleet(launches, 1)
    thread = threading.Thread(target=fleet.invoke, args=("long", SLEEP))
    thread.start()
    try:
        wait_for(lambda: any(environment.busy for environment in fleet.environments()))
        assert fleet.invoke("quick", LOOK).outcome is Outcome.SUCCESS
        assert [environment.function for environment in fleet.environments() if environment.busy] == ["long"]
    finally:
        fleet.close()
        thread.join()
