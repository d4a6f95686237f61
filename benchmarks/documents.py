"""Takes documents through a local runtime, as a browser would, and tells what each used."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from benchmarks.ledger import Ledger, Usage, keeping
from docpipe.domain.keys import results_prefix
from local.answers import Document
from local.client import Client
from local.names import resource_name
from local.processes import PROJECT_ROOT
from local.runtime import Runtime

_LOOK_EVERY_S: Final = 0.5
_PATIENCE_S: Final = 300.0
"""Without a page more: twice the longest that one page may take, and a while."""


class BenchmarkError(Exception):
    """A measurement cannot be made. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What some documents took.

    Attributes:
        documents: as the API told of them at the end.
        wall_s: seconds from the first announcement to the last end.
        usage: CPU of the whole runtime meanwhile.
        function_peaks_mb: the most memory of one invocation of each function, and what it was given, MB.
    """

    documents: tuple[Document, ...]
    wall_s: float
    usage: Usage
    function_peaks_mb: dict[str, tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Results:
    """What was made of a document.

    Attributes:
        texts: of each page.
        sizes: bytes of all objects, by their suffix.
    """

    texts: tuple[str, ...]
    sizes: dict[str, int]


class Desk:
    """Hands documents to a runtime.

    Attributes:
        ledger: of the runtime's processes.
    """

    def __init__(self, runtime: Runtime, client: Client, ledger: Ledger) -> None:
        self.ledger = ledger
        self._runtime = runtime
        self._client = client

    def process(self, *paths: Path) -> Passage:
        """Take documents to their end, all at once.

        Raises:
            BenchmarkError: one was refused, failed in part, or does not end.
        """
        before, began, earlier = self.ledger.usage(), time.monotonic(), len(self._runtime.invocations())
        announced = []
        for path in paths:
            created = self._client.create(filename=path.name, byte_size=path.stat().st_size, languages="eng")
            self._client.upload(created.upload, path)
            announced.append(created.document_id)
        documents = tuple(self._ended(name, path) for name, path in zip(announced, paths, strict=True))
        wall_s = time.monotonic() - began
        peaks: dict[str, tuple[float, int]] = {}
        for record in self._runtime.invocations()[earlier:]:
            known, _ = peaks.get(record.function, (0.0, 0))
            peaks[record.function] = (max(known, record.peak_memory_mb), record.memory_mb)
        return Passage(documents, wall_s, self.ledger.usage().since(before), peaks)

    def results(self, document_id: str) -> Results:
        """What a document's end left behind."""
        sizes: Counter[str] = Counter()
        listing = self._runtime.client("s3").get_paginator("list_objects_v2")
        for part in listing.paginate(Bucket=resource_name("results"), Prefix=results_prefix(UUID(document_id))):
            for found in part.get("Contents", ()):
                sizes[Path(found["Key"]).suffix] += found["Size"]
        return Results(tuple(page.text for page in self._client.pages(document_id)), dict(sizes))

    def _ended(self, document_id: str, path: Path) -> Document:
        seen, moved = None, time.monotonic()
        while time.monotonic() - moved < _PATIENCE_S:
            document = self._client.document(document_id)
            if document.status.has_result and not document.pages_failed:
                return document
            if document.status.is_final:
                raise BenchmarkError(f"{path.name} ended as {document.status}: {document.message}. See .docpipe.")
            if (document.status, document.pages_done) != seen:
                seen, moved = (document.status, document.pages_done), time.monotonic()
            time.sleep(_LOOK_EVERY_S)
        raise BenchmarkError(f"{path.name} has stood still for {_PATIENCE_S:g} s. See the logs in .docpipe.")


@contextmanager
def desk() -> Iterator[Desk]:
    """A runtime that has just been started: nothing in it is warm, and no worker has seen a page."""
    with (
        Runtime(PROJECT_ROOT) as runtime,
        Client(runtime.api_url, runtime.token) as client,
        keeping() as ledger,
    ):
        yield Desk(runtime, client, ledger)
