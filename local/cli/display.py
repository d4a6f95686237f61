"""Shows how documents get on: a live table on a terminal, a line for each step anywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from docpipe.domain.document import DocumentStatus
from local.cli.jobs import Job

COLOURS: Final = {
    "uploading": "cyan",
    DocumentStatus.AWAITING_UPLOAD: "cyan",
    DocumentStatus.QUEUED: "yellow",
    DocumentStatus.PROCESSING: "blue",
    DocumentStatus.ASSEMBLING: "magenta",
    DocumentStatus.COMPLETED: "green",
    DocumentStatus.COMPLETED_WITH_FAILURES: "yellow",
    DocumentStatus.FAILED: "red",
}
_WORDING: Final[dict[str, str]] = {DocumentStatus.AWAITING_UPLOAD: "uploaded"}
"""Seen from here the upload is over; the pipeline has not looked at it yet."""

_LINES_AROUND: Final = 5
_STEPS: Final = 10
"""Lines that tell of pages, for each document at most, where there is no terminal."""


class Display(Protocol):
    """Shows jobs while it is entered."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Show the last state."""

    def look(self) -> None:
        """Show how things stand now."""


def display_of(jobs: Sequence[Job], console: Console) -> Display:
    """The display that suits where the console writes to."""
    return LiveTable(jobs, console) if console.is_terminal else Lines(jobs, console)


def status_text(job: Job) -> Text:
    """The status of a job, with its place in the queue when it waits."""
    wording = _WORDING.get(job.status, job.status).replace("_", " ")
    position = job.document.queue_position if job.document else None
    return Text(f"{wording}, number {position} in line" if position else wording, style=COLOURS.get(job.status, ""))


class LiveTable:
    """A table that is drawn anew at each look; of many jobs, those that move."""

    def __init__(self, jobs: Sequence[Job], console: Console) -> None:
        self._jobs = jobs
        self._console = console
        self._live = Live(console=console, get_renderable=self._table, auto_refresh=True, refresh_per_second=5)

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last state on the screen."""
        self._live.stop()

    def look(self) -> None:
        """Draw."""
        self._live.refresh()

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for heading in ("File", "Status", "Pages", ""):
            table.add_column(heading, header_style="dim", overflow="ellipsis", no_wrap=True)
        table.add_column("Time", header_style="dim", justify="right", no_wrap=True)
        shown = self._shown()
        for job in shown:
            table.add_row(job.name, status_text(job), *_pages(job), f"{job.seconds:.1f} s")
        hidden = len(self._jobs) - len(shown)
        if hidden:
            ended = sum(job.ended for job in self._jobs)
            table.add_row(f"and {hidden} more", f"{ended} of {len(self._jobs)} ended", "", "", "", style="dim")
        return table

    def _shown(self) -> list[Job]:
        """As many jobs as the screen holds, those first that still move, in their order."""
        room = max(1, self._console.height - _LINES_AROUND)
        chosen = sorted(self._jobs, key=lambda job: job.ended)[:room]
        return [job for job in self._jobs if job in chosen]


def _pages(job: Job) -> tuple[RenderableType, str]:
    document = job.document
    if document is None or not document.page_count:
        return "", ""
    finished = document.pages_done + document.pages_failed
    return ProgressBar(total=document.page_count, completed=finished, width=24), f"{finished}/{document.page_count}"


class Lines:
    """A line whenever a document has come a step further."""

    def __init__(self, jobs: Sequence[Job], console: Console) -> None:
        self._jobs = jobs
        self._console = console
        self._told: dict[int, tuple[str, int]] = {}

    def __enter__(self) -> Self:
        """Nothing to begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell what was not told yet."""
        self.look()

    def look(self) -> None:
        """Tell of every job that has moved."""
        for job in self._jobs:
            step = (job.status, _step(job))
            if self._told.get(id(job)) != step:
                self._told[id(job)] = step
                pages = _pages(job)[1]
                line = f"{job.name}: {status_text(job)}{f', {pages} pages' if pages else ''}"
                self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def _step(job: Job) -> int:
    document = job.document
    if document is None or not document.page_count:
        return 0
    return (document.pages_done + document.pages_failed) * _STEPS // document.page_count
