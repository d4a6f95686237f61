"""Assembly: what becomes of a document whose pages are all finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.domain.errors import StorageError
from docpipe.domain.keys import output_key, page_image_key, searchable_pdf_key, text_key, upload_key
from docpipe.domain.languages import Guess
from docpipe.domain.outputs import Output
from docpipe.domain.page import Archived, PageText
from docpipe.messages import AssemblyReady, parse
from docpipe.pipeline.assemble_document import Assembly, assemble_document
from docpipe.pipeline.invocation import RetryLaterError
from docpipe.pipeline.publish import Publisher
from docpipe.stores import Refused
from tests.support.fakes import FakeMeter, FakeObjectStore, FakeQueues, instruments
from tests.support.invocations import Clock, scratch, tried_until_given_up
from tests.support.records import LEASE_S, Records


class PlainWriter:
    """Writes the page images one after another."""

    def write(
        self,
        source: Path,
        pages: Iterator[PageText],
        *,
        image_of: Callable[[str], bytes],
        destination: Path,
    ) -> None:
        images = [image_of(page.image_key) for page in pages if page.image_key]
        destination.write_bytes(source.read_bytes() + b"".join(images))


class PlainArchivist:
    """Says that it has drawn every page."""

    def archive(self, pdf: Path, pages: Callable[[], Iterator[PageText]], *, on_page: Callable[[], None]) -> Archived:
        on_page()
        pdf.write_bytes(b"archived:" + pdf.read_bytes())
        return Archived(conforms=True, pages_drawn=len(list(pages())))


class Polyglot:
    """Takes everything for Spanish."""

    def guess(self, text: str) -> tuple[Guess, ...]:
        return (Guess("spa", 0.7), Guess("eng", 0.2))


class Desk:
    """An assemble function with a document in its queue."""

    def __init__(self, records: Records, pages: int = 3) -> None:
        self.records = records
        self.meter = FakeMeter()
        self.uploads, self.results, self.queues = FakeObjectStore(), FakeObjectStore(), FakeQueues()
        self.document_id = records.recognised(pages, email="owner@example.org")
        self.uploads.objects[upload_key(self.document_id)].append(("v1", b"source:"))
        for page in range(1, pages + 1):
            self.results.put(page_image_key(self.document_id, page), b"image", "image/jpeg")
        self.deps = Assembly(
            store=records.assembly,
            uploads=self.uploads,
            results=self.results,
            writer=PlainWriter(),
            archivist=PlainArchivist,
            guesser=Polyglot(),
            publisher=Publisher(PostgresOutbox(records.database), self.queues),
            scratch=scratch,
            lease_s=LEASE_S,
            instruments=instruments(self.meter),
        )

    def run(self, generation: int = 0) -> Refused | None:
        message = AssemblyReady(document_id=self.document_id, generation=generation)
        return assemble_document(message, Clock().invocation(), self.deps)

    @property
    def status(self) -> list[Any]:
        document = self.records.document(self.document_id)
        return [document["status"], document["status_code"]]


def test_text_and_pdf_are_put_together_and_the_document_completes(records: Records) -> None:
    desk = Desk(records)
    assert desk.run() is None
    assert desk.results.get(text_key(desk.document_id)) == b"seen\fseen\fseen"
    assert desk.results.get(searchable_pdf_key(desk.document_id)) == b"source:imageimageimage"
    assert desk.results.content_types[searchable_pdf_key(desk.document_id)] == "application/pdf"
    assert desk.status == ["completed", None]
    assert records.document(desk.document_id)["cost_microusd"] > 0


def test_a_message_that_comes_twice_changes_nothing(records: Records) -> None:
    desk = Desk(records)
    desk.run()
    desk.results.fails_with = StorageError("gone")
    assert desk.run() is Refused.DONE


def test_a_failed_assembly_is_tried_again_and_redriven(records: Records) -> None:
    desk = Desk(records)
    desk.results.fails_with = StorageError("A result could not be stored (InternalError). Try again.")
    assert tried_until_given_up(desk.run) == [2, 4]
    assert desk.status == ["failed", "attempts_exhausted"]
    (dead_letter,) = map(parse, desk.queues.messages["assemble-dlq"])
    assert isinstance(dead_letter, AssemblyReady)
    desk.results.fails_with = None
    assert desk.run() is Refused.STALE
    assert desk.run(dead_letter.generation) is None
    assert desk.status == ["completed", None]


def test_an_upload_that_is_gone_fails_at_once(records: Records) -> None:
    desk = Desk(records)
    desk.uploads.objects.clear()
    desk.run()
    assert desk.status == ["failed", "upload_missing"]


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        (1, "The page could not be read. It is torn. Scan it again."),
        (3, "None of the 3 pages could be read. Page 1: It is torn. Scan it again."),
    ],
)
def test_a_document_of_which_no_page_was_read_has_failed(records: Records, pages: int, told: str) -> None:
    desk = Desk(records, pages)
    records.execute(
        """UPDATE pages SET source = 'failed', error_code = 'page_unreadable', reason = 'It is torn. Scan it again.';
           UPDATE documents SET pages_failed = page_count, pages_done = 0"""
    )
    assert desk.run() is None
    assert desk.status == ["failed", "all_pages_failed"]
    assert records.document(desk.document_id)["status_reason"] == told
    assert [key for key in desk.results.objects if "/pages/" not in key] == []
    assert records.outbox(desk.document_id)[-1] == ("events", "document.failed")
    assert desk.run() is Refused.STALE
    assert len(list(records.assembly.pages(desk.document_id))) == pages


def test_a_document_in_other_hands_comes_back_later(records: Records) -> None:
    desk = Desk(records)
    records.assembly.claim(desk.document_id, generation=0, lease_s=LEASE_S)
    with pytest.raises(RetryLaterError):
        desk.run()


def test_outputs_are_made_of_the_documents_that_ask_for_them(records: Records) -> None:
    desk = Desk(records)
    plain = desk.document_id
    desk.run()
    assert [key for key in desk.results.objects if "words" in key] == []
    assert records.document(plain)["pdfa_conforms"] is None
    asking = Desk(records)
    records.execute("UPDATE documents SET outputs = '{hocr,alto}', pdfa = true WHERE status = 'assembling'")
    asking.run()
    hocr = asking.results.get(output_key(asking.document_id, Output.HOCR)).decode()
    alto = asking.results.get(output_key(asking.document_id, Output.ALTO)).decode()
    assert [hocr.count('class="ocr_page"'), alto.count("<Page ")] == [3, 3]
    assert asking.results.content_types[output_key(asking.document_id, Output.ALTO)] == "application/xml"
    assert asking.results.get(searchable_pdf_key(asking.document_id)).startswith(b"archived:")
    document = records.document(asking.document_id)
    assert (document["pdfa_conforms"], document["pdfa_pages_drawn"]) == (True, 3)


def test_pages_are_fetched_once_for_all_that_is_made_of_them(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(records)
    fetch = records.assembly.pages
    fetched: list[UUID] = []

    def noted(document_id: UUID) -> Iterator[PageText]:
        fetched.append(document_id)
        return fetch(document_id)

    monkeypatch.setattr(records.assembly, "pages", noted)
    records.execute("UPDATE documents SET outputs = '{hocr,alto}' WHERE status = 'assembling'")
    desk.run()
    assert desk.status == ["completed", None]
    assert fetched == [desk.document_id]


def test_a_language_is_suggested_when_the_text_is_in_another(records: Records) -> None:
    desk = Desk(records)
    desk.run()
    # One word a page is no text.
    assert records.document(desk.document_id)["suggested_languages"] is None
    desk = Desk(records, pages=30)
    desk.run()
    assert records.document(desk.document_id)["suggested_languages"] == "spa"
    desk = Desk(records, pages=30)
    records.execute("UPDATE documents SET languages = 'eng+spa' WHERE status = 'assembling'")
    desk.run()
    assert records.document(desk.document_id)["suggested_languages"] is None
