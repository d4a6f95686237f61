"""Assembly: what becomes of a document whose pages are all finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.domain.errors import StorageError
from docpipe.domain.keys import page_image_key, searchable_pdf_key, text_key, upload_key
from docpipe.domain.page import PageText
from docpipe.messages import AssemblyReady, parse
from docpipe.pipeline.assemble_document import Assembly, assemble_document
from docpipe.pipeline.attempt import GivenUpError, RetryLaterError
from docpipe.pipeline.publish import Publisher
from docpipe.stores import Refused
from tests.support.fakes import FakeMeter, FakeObjectStore, FakeQueues, instruments
from tests.support.invocations import Clock, scratch
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
    waits = []
    for _ in range(2):
        with pytest.raises(RetryLaterError) as later:
            desk.run()
        waits.append(later.value.after_s)
    with pytest.raises(GivenUpError):
        desk.run()
    assert waits == [2, 4]
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


def test_a_document_in_other_hands_comes_back_later(records: Records) -> None:
    desk = Desk(records)
    records.assembly.claim(desk.document_id, generation=0, lease_s=LEASE_S)
    with pytest.raises(RetryLaterError):
        desk.run()
