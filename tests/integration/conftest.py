"""What integration tests share: page workers with the hostile reading module, webhooks, and the authorizer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from docpipe.workers import PageWorkers
from tests.support.deeds import write_document
from tests.support.door import Door
from tests.support.hooks import Hooks
from tests.support.issuers import Issuer, issuer
from tests.support.page_readers import HOSTILE, Document, Start
from tests.support.records import Records


@pytest.fixture
def start_workers() -> Iterator[Start]:
    """Makes page workers; afterwards none of their processes may be left."""
    before = set(psutil.Process().children(recursive=True))
    made: list[PageWorkers] = []

    def make(workers: int = 1, *, engine: str = "any", memory_mb: int = 1_024, module: str = HOSTILE) -> PageWorkers:
        made.append(PageWorkers(workers=workers, engine=engine, memory_mb=memory_mb, reader_module=module))
        return made[-1]

    yield make
    for workers in made:
        workers.close()
    assert set(psutil.Process().children(recursive=True)) <= before


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
