"""What the command line has in hand: one job a file, from its path to the end of its document."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from docpipe.domain.document import DocumentStatus
from local.answers import Document
from local.client import ApiError
from local.paths import fitting, told

RECORD: Final = "document.json"
"""In every folder of results; a folder that holds one may be replaced."""


class OutputError(Exception):
    """The results cannot be written where they were asked for. The message names the remedy."""


@dataclass(slots=True)
class Job:
    """A file on its way through the pipeline.

    Attributes:
        source: the file, as the user named it.
        folder: where its results go.
        document: the last that the API said of it; None until it is uploaded.
        refusal: why it never became a document, or why its results could not be fetched.
    """

    source: Path
    folder: Path
    document: Document | None = None
    refusal: ApiError | None = None
    _begun: float = field(default_factory=time.monotonic)
    _ended: float | None = None

    @property
    def name(self) -> str:
        """Of the file, as it can be shown and sent."""
        return told(self.source.name)

    def end(self) -> None:
        """Stop its clock: everything of it is there."""
        self._ended = time.monotonic()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self._ended is not None

    @property
    def seconds(self) -> float:
        """Time since it was begun, or that it took."""
        return (self._ended or time.monotonic()) - self._begun

    @property
    def status(self) -> str:
        """The status of its document, ``uploading`` before there is one."""
        if self.refusal is not None:
            return DocumentStatus.FAILED
        return "uploading" if self.document is None else self.document.status

    @property
    def completed(self) -> bool:
        """Whether every page of it was read and its results are there."""
        return self.ended and self.status == DocumentStatus.COMPLETED

    @property
    def problem(self) -> tuple[str, str] | None:
        """Code and sentence of what went wrong, or None."""
        if self.refusal is not None:
            return self.refusal.code, self.refusal.message
        if self.document is not None and self.document.code is not None:
            return self.document.code, self.document.message or ""
        return None


def jobs_for(sources: Sequence[Path], out: Path) -> list[Job]:
    """A job for each file, with a folder of its own in ``out``, named after the file.

    A further file of the same name gets a number: ``scan.pdf``, ``scan-2.pdf``.

    Raises:
        OutputError: a folder would replace something that is no earlier result.
    """
    taken: set[str] = set()
    jobs = []
    for source in sources:
        name = _free_name(source, taken)
        taken.add(name)
        folder = out / name
        if not _replaceable(folder):
            raise OutputError(
                f"{folder} holds something other than earlier results. Move it away, or choose another --out."
            )
        jobs.append(Job(source, folder))
    return jobs


def _free_name(source: Path, taken: set[str]) -> str:
    name, number = fitting(source.stem, source.suffix), 1
    while name in taken:
        number += 1
        name = fitting(source.stem, f"-{number}{source.suffix}")
    return name


def _replaceable(folder: Path) -> bool:
    if not folder.exists():
        return True
    return folder.is_dir() and ((folder / RECORD).is_file() or not any(folder.iterdir()))
