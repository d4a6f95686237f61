"""Takes documents through a local runtime, as a browser would, and tells what each used."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.ledger import Ledger, Usage, keeping
from local.answers import Document
from local.client import Client
from local.processes import PROJECT_ROOT
from local.runtime import Runtime

_LOOK_EVERY_S: Final = 0.5
_PATIENCE_S: Final = 3_600.0


class BenchmarkError(Exception):
    """A measurement cannot be made. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What one document took.

    Attributes:
        document: as the API told of it at the end.
        wall_s: seconds from its announcement to its end.
        usage: CPU of the whole runtime meanwhile.
        function_peaks_mb: the most memory of one invocation of each function, and what it was given, MB.
    """

    document: Document
    wall_s: float
    usage: Usage
    function_peaks_mb: dict[str, tuple[float, int]]


class Desk:
    """Hands documents to a runtime, one at a time.

    Attributes:
        ledger: of the runtime's processes.
    """

    def __init__(self, runtime: Runtime, client: Client, ledger: Ledger) -> None:
        self.ledger = ledger
        self._runtime = runtime
        self._client = client

    def process(self, path: Path) -> Passage:
        """Take a document to its end.

        Raises:
            BenchmarkError: it was refused, failed in part, or does not end.
        """
        before, began, earlier = self.ledger.usage(), time.monotonic(), len(self._runtime.invocations())
        created = self._client.create(filename=path.name, byte_size=path.stat().st_size, languages="eng")
        self._client.upload(created.upload, path)
        document = self._ended(created.document_id, path)
        wall_s = time.monotonic() - began
        peaks: dict[str, tuple[float, int]] = {}
        for record in self._runtime.invocations()[earlier:]:
            known, _ = peaks.get(record.function, (0.0, 0))
            peaks[record.function] = (max(known, record.peak_memory_mb), record.memory_mb)
        return Passage(document, wall_s, self.ledger.usage().since(before), peaks)

    def _ended(self, document_id: str, path: Path) -> Document:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            document = self._client.document(document_id)
            if document.status.has_result and not document.pages_failed:
                return document
            if document.status.is_final:
                raise BenchmarkError(f"{path.name} ended as {document.status}: {document.message}. See .docpipe.")
            time.sleep(_LOOK_EVERY_S)
        raise BenchmarkError(f"{path.name} did not end within {_PATIENCE_S:g} s. See the logs in .docpipe.")


@contextmanager
def desk() -> Iterator[Desk]:
    """A runtime that has just been started: nothing in it is warm, and no worker has seen a page."""
    with (
        Runtime(PROJECT_ROOT) as runtime,
        Client(runtime.api_url, runtime.token) as client,
        keeping() as ledger,
    ):
        yield Desk(runtime, client, ledger)
