"""Every page reader keeps the same promises: the fake, and the worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docpipe.domain.errors import ClaimLostError, EmptyFileError, EncryptedFileError, PageUnreadableError
from docpipe.domain.page import PageReading, PageSource, failed_page
from docpipe.ports import PageReader, ReadOptions
from docpipe.workers import PageWorkers
from tests.support.deeds import write_document
from tests.support.fakes import FakePageReader
from tests.support.records import reading

OPTIONS = ReadOptions(page_time_limit_s=60.0)
_OF_THE_FAKE: dict[str, Callable[[int], PageReading | BaseException]] = {
    "fine": reading,
    "unreadable": lambda page: failed_page(page, code=PageUnreadableError.code, reason=PageUnreadableError().message),
    "encrypted": lambda page: EncryptedFileError(),
}
Open = Callable[..., tuple[PageReader, Path]]


@pytest.fixture(params=["fake", "workers"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Makes a reader, and a document whose pages do as told."""
    readers: list[PageReader] = []

    def make(*deeds: str) -> tuple[PageReader, Path]:
        path = write_document(tmp_path / "document", *deeds)
        reader: PageReader
        if request.param == "fake":
            reader = FakePageReader({page: _OF_THE_FAKE[deed](page) for page, deed in enumerate(deeds, 1)})
        else:
            module = "tests.support.hostile_reading"
            reader = PageWorkers(workers=2, engine="any", memory_mb=2_048, reader_module=module)
        readers.append(reader)
        return reader, path

    yield make
    for reader in readers:
        reader.close()


def always(page_number: int) -> bool:
    return True


def nothing() -> None:
    return None


def test_a_file_is_counted(opened: Open) -> None:
    reader, path = opened("fine", "fine", "fine")
    assert reader.inspect(path).page_count == 3


def test_a_file_that_cannot_be_processed_is_told_by_its_error(opened: Open) -> None:
    reader, path = opened("fine")
    path.write_bytes(b"")
    with pytest.raises(EmptyFileError):
        reader.inspect(path)


def test_languages_are_named_as_tesseract_names_them(opened: Open) -> None:
    reader, _ = opened("fine")
    assert "eng" in reader.languages()


def test_each_page_asked_for_is_read_once_and_no_other(opened: Open) -> None:
    reader, path = opened(*["fine"] * 6)
    read = list(reader.read(path, [2, 3, 5], OPTIONS, may_start=always, on_tick=nothing))
    assert sorted(page.page_number for page in read) == [2, 3, 5]
    assert all(page.source is PageSource.OCR and page.image == b"jpeg" and page.words for page in read)


def test_a_page_that_cannot_be_read_is_a_failed_reading_and_the_rest_goes_on(opened: Open) -> None:
    reader, path = opened("fine", "unreadable", "fine")
    read = {page.page_number: page for page in reader.read(path, [1, 2, 3], OPTIONS, may_start=always, on_tick=nothing)}
    assert [read[page].source for page in (1, 2, 3)] == [PageSource.OCR, PageSource.FAILED, PageSource.OCR]
    assert read[2].error_code == "page_unreadable"
    assert read[2].reason == PageUnreadableError().message


def test_a_fault_of_the_whole_document_ends_the_reading(opened: Open) -> None:
    reader, path = opened("encrypted")
    with pytest.raises(EncryptedFileError, match="password"):
        list(reader.read(path, [1], OPTIONS, may_start=always, on_tick=nothing))


def test_every_page_is_asked_for_before_it_is_begun_and_those_begun_are_yielded(opened: Open) -> None:
    reader, path = opened(*["fine"] * 6)
    asked: list[int] = []

    def may_start(page_number: int) -> bool:
        asked.append(page_number)
        return page_number < 4

    read = list(reader.read(path, range(1, 7), OPTIONS, may_start=may_start, on_tick=nothing))
    assert asked == [1, 2, 3, 4]
    assert sorted(page.page_number for page in read) == [1, 2, 3]


def test_no_pages_are_no_readings(opened: Open) -> None:
    reader, path = opened("fine")
    assert list(reader.read(path, [], OPTIONS, may_start=always, on_tick=nothing)) == []


def test_what_may_start_raises_ends_the_reading(opened: Open) -> None:
    reader, path = opened("fine", "fine", "fine")

    def may_start(page_number: int) -> bool:
        if page_number == 3:
            raise ClaimLostError
        return True

    with pytest.raises(ClaimLostError):
        list(reader.read(path, [1, 2, 3], OPTIONS, may_start=may_start, on_tick=nothing))


def test_a_reading_left_halfway_does_not_disturb_the_next(opened: Open) -> None:
    reader, path = opened(*["fine"] * 6)
    left = reader.read(path, range(1, 7), OPTIONS, may_start=always, on_tick=nothing)
    next(left)
    again = reader.read(path, [5, 6], OPTIONS, may_start=always, on_tick=nothing)
    assert sorted(page.page_number for page in again) == [5, 6]


def test_closing_twice_does_no_harm(opened: Open) -> None:
    reader, path = opened("fine")
    reader.inspect(path)
    reader.close()
    reader.close()
