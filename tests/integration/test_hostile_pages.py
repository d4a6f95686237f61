"""Hostile pages, in real worker processes: each harms its own reading and nothing else."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from docpipe.domain.errors import DecompressionBombError, UnreadableFileError
from docpipe.domain.page import PageSource
from docpipe.workers import page_workers as page_workers_module
from docpipe.workers import worker as worker_module
from tests.support.deeds import SECRET, begun_pages
from tests.support.page_readers import HOSTILE, HURRIED, Document, Start, by_page, readings, run, workers_now
from tests.support.runtimes import all_gone, wait_for


@pytest.mark.parametrize("deed", ["exit", "kill", "crash", "stammer", "trail off"])
def test_a_page_that_ends_its_worker_is_tried_once_more_and_then_fails_alone(
    start_workers: Start, misbehaving: Document, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "_STALL_S", 1)
    path = misbehaving("fine", deed, "fine")
    read = by_page(readings(start_workers(), path))
    assert read[2].error_code == "page_worker_died"
    assert read[2].source is PageSource.FAILED
    assert read[1].text.isdecimal()
    assert read[3].text.isdecimal()
    assert begun_pages(path).count(2) == 2


def test_a_page_whose_worker_was_killed_for_another_reason_is_read_by_the_next(
    start_workers: Start, misbehaving: Document
) -> None:
    read = by_page(readings(start_workers(), misbehaving("fine", "crash once", "fine")))
    assert [read[page].error_code for page in (1, 2, 3)] == [None, None, None]
    assert read[1].text != read[2].text == read[3].text


def test_a_page_that_takes_too_long_is_ended_and_not_tried_again(start_workers: Start, misbehaving: Document) -> None:
    path = misbehaving("hang", "fine")
    read = by_page(readings(start_workers(), path, HURRIED))
    assert read[1].error_code == "page_timeout"
    assert read[1].duration_ms >= 2_000
    assert read[2].source is PageSource.OCR
    assert begun_pages(path) == [1, 2]


def test_what_a_worker_has_started_ends_with_it(start_workers: Start, misbehaving: Document) -> None:
    path = misbehaving("hang with a helper")
    assert by_page(readings(start_workers(), path, HURRIED))[1].error_code == "page_timeout"
    helper = int(path.with_suffix(".helper").read_text())
    wait_for(lambda: all_gone([helper]))


def test_a_page_that_takes_all_memory_is_too_large_and_the_next_begins_afresh(
    start_workers: Start, misbehaving: Document
) -> None:
    path = misbehaving("fine", "devour", "fine")
    read = by_page(readings(start_workers(), path))
    assert read[2].error_code == "page_too_large"
    assert read[3].source is PageSource.OCR
    assert read[3].text != read[1].text
    assert begun_pages(path) == [1, 2, 3]


def test_an_exception_that_nobody_foresaw_fails_the_page_and_keeps_the_worker(
    start_workers: Start, misbehaving: Document
) -> None:
    read = by_page(readings(start_workers(), misbehaving("fine", "unforeseen", "fine")))
    assert read[2].error_code == "page_unreadable"
    assert SECRET not in repr(read[2])
    assert read[1].text == read[3].text


def test_nothing_that_a_worker_prints_or_raises_reaches_the_log_but_types_and_places(
    misbehaving: Document,
) -> None:
    program = f"""
from pathlib import Path
from docpipe.ports import ReadOptions
from docpipe.workers import PageWorkers
workers = PageWorkers(workers=1, engine="any", memory_mb=1_024, reader_module={HOSTILE!r})
path = Path({str(misbehaving("unforeseen", "crash"))!r})
print(len(list(workers.read(path, [1, 2], ReadOptions(), may_start=lambda page: True, on_tick=lambda: None))))
"""
    ran = run(program)
    assert ran.stdout.splitlines()[-1] == "2"
    assert "KeyError at deeds.py:" in ran.stdout
    assert SECRET not in ran.stdout + ran.stderr


def open_descriptors() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def test_descriptors_and_processes_do_not_leak_when_workers_die(start_workers: Start, misbehaving: Document) -> None:
    workers, path = start_workers(2), misbehaving(*["exit"] * 10)
    workers.inspect(path)
    before = open_descriptors()
    assert {reading.error_code for reading in readings(workers, path)} == {"page_worker_died"}
    workers.inspect(path)
    # Descriptors that other tests have forgotten may close meanwhile; none of ours may stay open.
    assert open_descriptors() <= before
    assert len(workers_now()) == 1


@pytest.mark.parametrize("deed", ["kill", "devour"])
def test_a_file_that_ends_its_worker_when_opened_is_too_complex(
    start_workers: Start, misbehaving: Document, deed: str
) -> None:
    workers = start_workers()
    with pytest.raises(DecompressionBombError):
        workers.inspect(misbehaving(f"file: {deed}"))
    assert workers.inspect(misbehaving("fine")).page_count == 1


def test_a_file_that_takes_too_long_to_open_is_too_complex(
    start_workers: Start, misbehaving: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_workers_module, "_INSPECT_LIMIT_S", 0.2)
    with pytest.raises(DecompressionBombError):
        start_workers().inspect(misbehaving("file: hang"))


def test_a_file_that_breaks_its_parser_is_unreadable(start_workers: Start, misbehaving: Document) -> None:
    with pytest.raises(UnreadableFileError):
        start_workers().inspect(misbehaving("file: unforeseen"))


def test_an_answer_that_is_more_than_data_is_not_believed(start_workers: Start, misbehaving: Document) -> None:
    path = misbehaving("intrude")
    assert by_page(readings(start_workers(), path))[1].error_code == "page_worker_died"
    assert not path.with_suffix(".intruded").exists()
