"""The life of page workers: started when needed, kept warm, replaced, and never left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont

from docpipe.domain.errors import ClaimLostError, TooManyPagesError
from docpipe.workers import PageWorkersError
from tests.support.deeds import begun_pages
from tests.support.page_readers import (
    HOSTILE,
    PATIENT,
    Document,
    Start,
    by_page,
    environment,
    readings,
    run,
    workers_now,
)
from tests.support.runtimes import all_gone, wait_for


def test_an_error_of_the_document_keeps_its_class_and_its_sentence(start_workers: Start, misbehaving: Document) -> None:
    with pytest.raises(TooManyPagesError, match="2,345 pages"):
        list(readings(start_workers(), misbehaving("too many")))


def test_an_answer_larger_than_the_socket_holds_arrives_whole(start_workers: Start, misbehaving: Document) -> None:
    assert len(by_page(readings(start_workers(), misbehaving("large")))[1].text) == 8 << 20


def test_workers_stay_warm_from_one_reading_to_the_next(start_workers: Start, misbehaving: Document) -> None:
    workers, path = start_workers(2), misbehaving(*["fine"] * 8)
    workers.inspect(path)
    first = {reading.text for reading in readings(workers, path)}
    second = {reading.text for reading in readings(workers, path)}
    # One of them may have been quick enough to read all.
    warm = {str(worker.pid) for worker in workers_now()}
    assert len(warm) == 2
    assert first | second <= warm


def test_a_document_stays_open_between_its_pages_and_is_closed_at_the_end(
    start_workers: Start, misbehaving: Document
) -> None:
    workers, path = start_workers(), misbehaving(*["tell how many were opened"] * 3)
    assert [reading.text for reading in readings(workers, path)] == ["1", "1", "1"]
    (worker,) = workers_now()
    wait_for(lambda: str(path) not in {file.path for file in worker.open_files()})
    assert [reading.text for reading in readings(workers, path)] == ["2", "2", "2"]


def test_a_worker_that_died_while_idle_is_replaced(start_workers: Start, misbehaving: Document) -> None:
    workers, path = start_workers(), misbehaving("fine")
    (first,) = readings(workers, path)
    os.kill(int(first.text), signal.SIGKILL)
    (second,) = readings(workers, path)
    assert second.text.isdecimal()
    assert second.text != first.text


def test_the_next_page_is_handed_out_before_a_finished_one_is_yielded(
    start_workers: Start, misbehaving: Document
) -> None:
    path = misbehaving("fine", "fine", "fine")
    found = readings(start_workers(), path)
    next(found)
    wait_for(lambda: begun_pages(path) == [1, 2])
    # Not more than one page in hand for the worker, however long the caller takes.
    assert begun_pages(path) == [1, 2]
    assert [reading.page_number for reading in found] == [2, 3]


def test_an_abandoned_reading_leaves_no_answer_behind(start_workers: Start, misbehaving: Document) -> None:
    workers, path = start_workers(2), misbehaving("fine", "hang", "fine", "fine")
    left = readings(workers, path)
    next(left)
    # The iterator is still there, as it is in the traceback of a caller that failed.
    assert sorted(by_page(readings(workers, path, pages=[3, 4]))) == [3, 4]
    with pytest.raises(PageWorkersError):
        list(left)
    assert sorted(by_page(readings(workers, path, pages=[1, 4]))) == [1, 4]


def test_what_the_tick_raises_abandons_the_pages_in_hand(start_workers: Start, misbehaving: Document) -> None:
    workers, path = start_workers(), misbehaving("hang", "fine")

    def claim_lost() -> None:
        raise ClaimLostError

    with pytest.raises(ClaimLostError):
        list(workers.read(path, [1, 2], PATIENT, may_start=lambda page: True, on_tick=claim_lost))
    assert sorted(by_page(readings(workers, path, pages=[2]))) == [2]


def test_a_missing_engine_is_never_held_against_the_pages(start_workers: Start, misbehaving: Document) -> None:
    workers = start_workers(engine="missing")
    with pytest.raises(PageWorkersError, match="Install it"):
        list(readings(workers, misbehaving("fine", "fine")))
    with pytest.raises(PageWorkersError, match="Install it"):
        workers.languages()


def test_workers_that_do_not_start_are_never_held_against_the_pages(
    start_workers: Start, misbehaving: Document
) -> None:
    with pytest.raises(PageWorkersError, match="before it had started"):
        list(readings(start_workers(module="tests.support.no_such_module"), misbehaving("fine")))


def test_a_worker_sees_no_credentials_and_one_thread(
    start_workers: Start, misbehaving: Document, aws_credentials: None
) -> None:
    (reading,) = readings(start_workers(), misbehaving("tell environment"))
    seen = json.loads(reading.text)
    assert not [name for name in seen if name.startswith(("AWS_", "DATABASE_"))]
    assert seen["OMP_THREAD_LIMIT"] == "1"


def test_a_worker_loads_neither_cloud_nor_database_libraries() -> None:
    program = """
import sys
import docpipe.workers.main, docpipe.reading
print(sorted({"aws_lambda_powertools", "boto3", "botocore", "psycopg", "pydantic"} & set(sys.modules)))
"""
    assert run(program).stdout == "[]\n"


@pytest.mark.parametrize("busy", [True, False])
def test_workers_end_with_their_parent(misbehaving: Document, busy: bool) -> None:
    path = misbehaving("fine", "hang" if busy else "fine")
    program = f"""
from pathlib import Path
from docpipe.ports import ReadOptions
from docpipe.workers import PageWorkers
workers = PageWorkers(workers=1, engine="any", memory_mb=1_024, reader_module={HOSTILE!r})
for reading in workers.read(
    Path({str(path)!r}), [1, 2], ReadOptions(), may_start=lambda page: True, on_tick=lambda: None
):
    print(reading.text, flush=True)
input()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        wait_for(lambda: begun_pages(path) == [1, 2])
        assert psutil.pid_exists(worker)
        parent.kill()
        wait_for(lambda: all_gone([worker]))


def test_an_ordinary_page_in_colour_is_read_within_the_memory_of_the_smallest_tier(
    start_workers: Start, tmp_path: Path
) -> None:
    page = Image.new("RGB", (2_480, 3_508), "ivory")
    ImageDraw.Draw(page).text((300, 400), "Discharge summary", fill="navy", font=ImageFont.load_default(90))
    path = tmp_path / "document"
    page.save(path, "JPEG", dpi=(300, 300))
    workers = start_workers(engine="tesserocr", memory_mb=1_769, module="docpipe.reading")
    assert workers.inspect(path).page_count == 1
    assert "eng" in workers.languages()
    assert [reading.text.strip() for reading in readings(workers, path, pages=[1])] == ["Discharge summary"]
