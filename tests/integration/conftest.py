"""What integration tests share: page workers with the hostile reading module, webhooks, and the authorizer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from docpipe.workers import PageWorkers
from tests.support.deeds import write_document
from tests.support.door import Door
from tests.support.hooks import Hooks
from tests.support.issuers import Issuer, issuer
from tests.support.page_readers import HOSTILE, Document, Start, workers_now
from tests.support.records import Records
from tests.support.runtimes import wait_for


@pytest.fixture
def start_workers() -> Iterator[Start]:
    """Makes page workers; afterwards none of their processes may be left."""
    before = set(workers_now())
    made: list[PageWorkers] = []

    def make(workers: int = 1, *, engine: str = "any", memory_mb: int = 1_024, module: str = HOSTILE) -> PageWorkers:
        made.append(PageWorkers(workers=workers, engine=engine, memory_mb=memory_mb, reader_module=module))
        return made[-1]

    yield make
    for workers in made:
        workers.close()
    # Another process of these tests may end just now, and is then taken for one that nobody waited for.
    wait_for(lambda: not set(workers_now()) - before)


@pytest.fixture
def misbehaving(tmp_path: Path) -> Document:
    return lambda *deeds: write_document(tmp_path / "document", *deeds)


@pytest.fixture
def hooks(records: Records) -> Hooks:
    return Hooks(records)


@pytest.fixture
def issuing() -> Iterator[Issuer]:
    with issuer() as running:
        yield running


@pytest.fixture
def door(issuing: Issuer) -> Door:
    return Door(issuing)
