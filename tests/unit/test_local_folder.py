"""The folder of a runtime: one owner, nothing stale in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.errors import LocalRuntimeError
from local.folder import StateFolder


def test_what_a_former_run_left_is_cleared_but_for_the_database(tmp_path: Path) -> None:
    first = StateFolder.claim(tmp_path)
    first.postgres.mkdir()
    left = [folder / "left" for folder in (first.logs, first.temporary, first.objects, first.postgres)]
    for path in left:
        path.write_text("x")
    first.release()
    second = StateFolder.claim(tmp_path)
    assert [path.exists() for path in left] == [False, False, False, True]
    second.release()


def test_logs_and_objects_stay_for_reading_after_the_end(tmp_path: Path) -> None:
    folder = StateFolder.claim(tmp_path)
    for path in (folder.logs, folder.objects, folder.temporary):
        (path / "left").write_text("x")
    folder.release()
    assert (folder.logs / "left").exists()
    assert (folder.objects / "left").exists()
    assert not folder.temporary.exists()


def test_a_second_runtime_gets_a_folder_of_its_own_and_the_first_one_when_it_is_free(tmp_path: Path) -> None:
    first = StateFolder.claim(tmp_path)
    second = StateFolder.claim(tmp_path)
    assert first.path == tmp_path / ".docpipe"
    assert second.path == tmp_path / ".docpipe" / "side-2"
    first.release()
    third = StateFolder.claim(tmp_path)
    assert third.path == first.path
    second.release()
    third.release()


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".docpipe").write_text("a file")
    with pytest.raises(LocalRuntimeError, match="cannot be used"):
        StateFolder.claim(tmp_path)
