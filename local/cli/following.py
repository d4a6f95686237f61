"""Files on their way to an API, and documents until they end: a bar for each, drawn on a terminal only."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from docpipe.domain.document import DocumentStatus
from local.cli.batch import Wishes
from local.client import Client

_ROUND_S: Final = 1.0
_ONE_REQUEST: Final = 50
"""Documents that one batch takes."""
_MINUTES_FROM_S: Final = 100
"""A longer range is told in minutes."""


class Following:
    """Uploads files and follows the documents, under one display.

    Attributes:
        documents: as they were last seen, in the order of the files; those that are not announced yet are missing.
    """

    def __init__(self, client: Client, files: Sequence[Path]) -> None:
        self.documents: list[dict[str, Any]] = []
        self._client = client
        self._files = files
        screen = Console(stderr=True)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[told]}", markup=False),
        )
        self._progress = Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)
        self._tasks: list[TaskID] = [
            self._progress.add_task(file.name, total=max(1, file.stat().st_size), told="") for file in files
        ]

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing drawn."""
        self._progress.stop()

    def upload(self, wishes: Wishes) -> None:
        """Announce the files, in batches of as many as a request takes, and send them.

        Raises:
            ApiError: one of them is refused.
        """
        for start in range(0, len(self._files), _ONE_REQUEST):
            part = self._files[start : start + _ONE_REQUEST]
            created = self._client.create_batch(part, **wishes.members)
            for place, (file, document) in enumerate(zip(part, created, strict=True), start):
                self._progress.update(self._tasks[place], told="sending")
                with self._progress.open(file, "rb", task_id=self._tasks[place]) as content:
                    self._client.send(document.upload, content)
                self.documents.append(self._client.get(f"/documents/{document.document_id}"))
                self._draw(place)

    def wait(self) -> None:
        """Look at the documents until all have ended.

        Raises:
            ApiError: a question is refused.
        """
        while not all(self._ended(place) for place in range(len(self.documents))):
            time.sleep(_ROUND_S)
            for place in self._unfinished():
                self.documents[place] = self._client.get(f"/documents/{self.documents[place]['document_id']}")
                self._draw(place)

    def _unfinished(self) -> Iterator[int]:
        return (place for place in range(len(self.documents)) if not self._ended(place))

    def _ended(self, place: int) -> bool:
        return DocumentStatus(self.documents[place]["status"]).is_final

    def _draw(self, place: int) -> None:
        seen = self.documents[place]
        done, total = seen["pages_done"] + seen["pages_failed"], seen["page_count"]
        pages = f"{done}/{total}  " if total else ""
        self._progress.update(self._tasks[place], total=total, completed=done, told=pages + stage_of(seen))


def stage_of(document: dict[str, Any]) -> str:
    """What is going on with a document, and when it will be over."""
    said = str(document["stage"])
    if document["queue_position"] is not None:
        said += f", number {document['queue_position']}"
    if document["eta"] is not None:
        said += f", {_left(document['eta'])} left"
    return said


def _left(eta: dict[str, int]) -> str:
    """A range of seconds as coarsely as it is uncertain."""
    earliest, latest = eta["earliest_s"], eta["latest_s"]
    if latest <= _MINUTES_FROM_S:
        return f"{earliest}-{latest} s"
    return f"{earliest // 60}-{ceil(latest / 60)} min"
