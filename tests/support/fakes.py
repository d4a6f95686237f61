"""In-memory stand-ins for services, for unit tests; each passes the contract suite of the real adapter."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from docpipe.domain.errors import (
    DocpipeError,
    EmptyFileError,
    FileTooLargeError,
    InProgressError,
    QueueError,
    UploadMissingError,
)
from docpipe.domain.formats import FileFormat
from docpipe.domain.page import PageReading
from docpipe.metrics import Dimension, Instruments, Metric, check_dimensions
from docpipe.ports import FileFacts, ReadOptions
from docpipe.services import Mail, Outcome, SecretVersion, StoredObject, WebhookAnswer
from docpipe.stores import Envelope


class FakeLinks:
    """Links that lead nowhere."""

    def link(self, key: str, *, expires_s: int) -> str:
        return f"https://results.example/{key}?Expires={int(time.time()) + expires_s}"


class FakeSecret:
    """A secret that a function writes."""

    def __init__(self) -> None:
        self.versions: list[str] = []

    def current(self) -> SecretVersion | None:
        return SecretVersion(f"v{len(self.versions)}", self.versions[-1]) if self.versions else None

    def write(self, text: str) -> str:
        self.versions.append(text)
        return f"v{len(self.versions)}"


class FakeObjectStore:
    """A bucket with versions."""

    def __init__(self) -> None:
        self.objects: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        self.content_types: dict[str, str] = {}
        self.filenames: dict[str, str | None] = {}
        self.fails_with: DocpipeError | None = None
        self._versions = count(1)

    def download(
        self, key: str, path: Path, version_id: str | None = None, *, most_bytes: int | None = None
    ) -> StoredObject:
        version, body = self._find(key, version_id)
        if most_bytes is not None and len(body) > most_bytes:
            raise FileTooLargeError(len(body), most_bytes)
        path.write_bytes(body)
        return StoredObject(byte_size=len(body), version_id=version)

    def get(self, key: str) -> bytes:
        return self._find(key, None)[1]

    def put(self, key: str, body: bytes, content_type: str) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.objects[key].append((f"v{next(self._versions)}", body))
        self.content_types[key] = content_type

    def upload(self, key: str, path: Path, content_type: str, filename: str | None = None) -> None:
        self.put(key, path.read_bytes(), content_type)
        self.filenames[key] = filename

    def holds(self, key: str) -> bool:
        if self.fails_with is not None:
            raise self.fails_with
        return bool(self.objects.get(key))

    def erase(self, prefix: str) -> int:
        if self.fails_with is not None:
            raise self.fails_with
        keys = [key for key in self.objects if key.startswith(prefix)]
        return sum(len(self.objects.pop(key)) for key in keys)

    def _find(self, key: str, version_id: str | None) -> tuple[str, bytes]:
        if self.fails_with is not None:
            raise self.fails_with
        versions = [entry for entry in self.objects.get(key, []) if version_id in (None, entry[0])]
        if not versions:
            raise UploadMissingError
        return versions[-1]


@dataclass
class FakeQueues:
    """Queues whose messages stay until a test takes them."""

    messages: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    held: list[tuple[str, str, int]] = field(default_factory=list)
    fails: bool = False

    def send(self, envelopes: Sequence[Envelope]) -> None:
        if self.fails:
            raise QueueError("The queue does not take messages. Try again.")
        for envelope in envelopes:
            self.messages[envelope.queue].append(envelope.body)

    def set_visibility(self, queue: str, receipt: str, seconds: int) -> None:
        self.held.append((queue, receipt, seconds))

    def peek(self, queue: str, *, limit: int) -> list[str]:
        return self.messages[queue][:limit]

    def waiting(self, queue: str) -> int:
        return len(self.messages[queue])

    def redrive(self, queue: str, *, limit: int) -> int:
        moved = self.messages[f"{queue}-dlq"][:limit]
        del self.messages[f"{queue}-dlq"][: len(moved)]
        self.messages[queue] += moved
        return len(moved)

    def named(self, arn: str) -> str:
        return arn.rpartition(":")[2].removeprefix("docpipe-test-")


@dataclass
class FakeMailer:
    """Keeps what was sent."""

    sent: list[Mail] = field(default_factory=list)
    fails_with: DocpipeError | None = None

    def send(self, mail: Mail) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.sent.append(mail)


class FakeOnce:
    """Remembers outcomes by key, and what is being done."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.busy: set[str] = set()

    def __call__(self, key: str, action: Callable[[], Outcome], *, remaining_ms: Callable[[], int]) -> Outcome:
        if key in self.outcomes:
            return self.outcomes[key]
        if key in self.busy:
            raise InProgressError
        self.busy.add(key)
        try:
            self.outcomes[key] = action()
        finally:
            self.busy.discard(key)
        return self.outcomes[key]


@dataclass
class FakePusher:
    """Keeps what was pushed."""

    pushed: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    fails_with: DocpipeError | None = None

    def push(self, tenant_id: str, message: Mapping[str, object]) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.pushed.append((tenant_id, message))


@dataclass
class FakeCaller:
    """Notes requests and answers as it is told."""

    answer: WebhookAnswer = field(default_factory=lambda: WebhookAnswer(204))
    requests: list[tuple[str, Mapping[str, str], str]] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: str) -> WebhookAnswer:
        self.requests.append((url, headers, body))
        return self.answer


class FakeMeter:
    """Keeps what was recorded: each value with its metric and what it was told apart by."""

    def __init__(self) -> None:
        self.recorded: list[tuple[Metric, str, float]] = []

    def record(self, values: Mapping[Metric, float], by: Mapping[Dimension, str] | None = None) -> None:
        check_dimensions(values, by or {})
        told_apart = " ".join((by or {}).values())
        self.recorded += [(metric, told_apart, value) for metric, value in values.items()]

    def of(self, metric: Metric) -> list[tuple[str, float]]:
        """The values of a metric, in order, with what they were told apart by."""
        return [(told_apart, value) for name, told_apart, value in self.recorded if name is metric]


def instruments(meter: FakeMeter | None = None) -> Instruments:
    """Instruments that find the same memory each time."""
    return Instruments(meter=meter or FakeMeter(), peak_memory_mb=lambda: 442.25)


class FakePageReader:
    """Reads what a test has laid down: ``readings[page]`` is a reading, or an error to raise in its stead."""

    def __init__(self, readings: dict[int, PageReading | BaseException]) -> None:
        self.readings = readings
        self.begun: list[int] = []
        self.options: ReadOptions | None = None
        self.after_each: Callable[[], None] = lambda: None

    def inspect(self, path: Path) -> FileFacts:
        if path.stat().st_size == 0:
            raise EmptyFileError
        return FileFacts(FileFormat.PDF, len(self.readings))

    def read(
        self,
        path: Path,
        page_numbers: Iterable[int],
        options: ReadOptions,
        *,
        may_start: Callable[[int], bool],
        on_tick: Callable[[], None],
    ) -> Iterator[PageReading]:
        self.options = options
        for number in page_numbers:
            on_tick()
            if not may_start(number):
                return
            self.begun.append(number)
            reading = self.readings[number]
            if isinstance(reading, BaseException):
                raise reading
            yield reading
            self.after_each()

    def languages(self) -> frozenset[str]:
        return frozenset({"eng", "osd"})

    def close(self) -> None:
        """Nothing to end."""


class FakeConnections:
    """Open pages in memory; they end as those in the table do."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._ends: dict[tuple[str, str], float] = {}

    def add(self, tenant_id: str, connection_id: str) -> None:
        self._ends[tenant_id, connection_id] = self._now() + 7_800

    def remove(self, tenant_id: str, connection_id: str) -> None:
        self._ends.pop((tenant_id, connection_id), None)

    def of(self, tenant_id: str, *, limit: int) -> list[str]:
        found = [
            connection for (tenant, connection), end in self._ends.items() if tenant == tenant_id and end > self._now()
        ]
        return found[:limit]
