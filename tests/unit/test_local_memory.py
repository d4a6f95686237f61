"""What control groups and the kernel tell of memory, read from their files."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from local.memory import Memory, groups_of

_MB = 1 << 20
V1 = "4:memory:/outer/inner\n1:cpu:/\n0::/\n"
V2 = "0::/outer/inner\n"


def write(folder: Path, **files: object) -> None:
    """Files of a control group; a double underscore stands for the dot in their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(f"{content}\n")


def memory(membership: str, root: Path) -> Memory:
    return Memory(tuple(groups_of(membership, root)))


def machine_mb() -> float:
    return psutil.virtual_memory().total / _MB


def first_version(folder: Path, limit_mb: int, *, kills: int = 0) -> None:
    write(
        folder,
        memory__limit_in_bytes=limit_mb * _MB,
        memory__usage_in_bytes=40 * _MB,
        memory__stat=f"cache 1\ntotal_inactive_file {6 * _MB}\ntotal_active_file {4 * _MB}",
        memory__oom_control=f"oom_kill_disable 0\nunder_oom 0\noom_kill {kills}",
    )


def second_version(folder: Path, limit: object, *, kills: int = 0) -> None:
    write(
        folder,
        memory__max=limit,
        memory__current=40 * _MB,
        memory__stat=f"anon 1\ninactive_file {6 * _MB}\nactive_file {4 * _MB}",
        memory__events=f"low 0\noom 3\noom_kill {kills}",
    )


def test_the_first_version_tells_limit_and_room_without_files_kept_in_memory(tmp_path: Path) -> None:
    first_version(tmp_path / "memory" / "outer" / "inner", 100)
    found = memory(V1, tmp_path)
    assert (found.limit_mb, found.room_mb) == (100, 70)


def test_the_second_version_tells_limit_and_room_without_files_kept_in_memory(tmp_path: Path) -> None:
    second_version(tmp_path / "outer" / "inner", 100 * _MB)
    found = memory(V2, tmp_path)
    assert (found.limit_mb, found.room_mb) == (100, 70)


def test_the_narrowest_limit_of_all_groups_around_counts(tmp_path: Path) -> None:
    second_version(tmp_path / "outer", 80 * _MB)
    second_version(tmp_path / "outer" / "inner", 100 * _MB)
    assert memory(V2, tmp_path).limit_mb == 80


@pytest.mark.parametrize("membership", [V1, V2])
def test_in_a_container_the_group_is_what_is_mounted(tmp_path: Path, membership: str) -> None:
    first_version(tmp_path / "memory", 100)
    second_version(tmp_path, 100 * _MB)
    assert memory(membership, tmp_path).limit_mb == 100


@pytest.mark.parametrize("limit", ["max", 1 << 62])
def test_without_a_limit_it_is_the_memory_of_the_machine(tmp_path: Path, limit: object) -> None:
    second_version(tmp_path / "outer" / "inner", limit)
    found = memory(V2, tmp_path)
    assert found.limit_mb == machine_mb()
    assert 0 < found.room_mb < machine_mb()


def test_without_any_group_it_is_the_memory_of_the_machine(tmp_path: Path) -> None:
    assert memory("1:cpu:/\n", tmp_path).limit_mb == machine_mb()


@pytest.mark.parametrize("membership", [V1, V2])
def test_only_processes_that_were_ended_since_are_told(tmp_path: Path, membership: str) -> None:
    def killed(times: int) -> None:
        first_version(tmp_path / "memory", 100, kills=times)
        second_version(tmp_path, 100 * _MB, kills=times)

    killed(3)
    found = memory(membership, tmp_path)
    assert not found.ran_out()
    killed(4)
    assert found.ran_out()


def test_this_process_has_a_limit_and_room() -> None:
    found = Memory.of_this_process()
    assert 0 < found.room_mb <= found.limit_mb <= machine_mb()
    assert not found.ran_out()
