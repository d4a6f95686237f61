"""Names of files that file systems take, and screens, UTF-8 or other file systems do not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local.cli.jobs import jobs_for
from local.paths import fitting, told


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a b.pdf", "a b.pdf"),
        ("ünïcödé 文書.pdf".encode(), "ünïcödé 文書.pdf"),
        (b"-dash.pdf", "-dash.pdf"),
        (b"new\nline\x1b[2J.pdf", "new\ufffdline\ufffd[2J.pdf"),
        (b"latin\xe9.pdf", "latin\ufffd.pdf"),
    ],
)
def test_a_name_can_be_shown_and_sent(name: bytes, shown: str) -> None:
    assert told(os.fsdecode(name)) == shown
    told(os.fsdecode(name)).encode("utf-8")


def test_a_name_that_is_too_long_loses_the_end_of_its_stem() -> None:
    assert fitting("scan", ".pdf") == "scan.pdf"
    long = fitting("ä" * 250, "-2.pdf")
    assert long.endswith("ä-2.pdf")
    assert 238 <= len(os.fsencode(long)) <= 240


def test_each_file_gets_a_folder_of_its_own_whatever_it_is_called(tmp_path: Path) -> None:
    names = [
        b"scan.pdf",
        b"a/scan.pdf",
        b"noext",
        b"b/noext",
        b"x" * 255,
        b"c/" + b"x" * 255,
        b"latin\xe9.pdf",
        b".pdf",
    ]
    jobs = jobs_for([Path(os.fsdecode(name)) for name in names], tmp_path)
    for job in jobs:
        job.folder.mkdir()
    assert len({job.folder for job in jobs}) == len(names)
    assert [job.folder.name for job in jobs[:4]] == ["scan.pdf", "scan-2.pdf", "noext", "noext-2"]
