"""What a reader of documents is, and what its reading gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outcome:
    """What it took to read some documents, and what came of it.

    Attributes:
        cpu_s: CPU seconds, user and system, of everything the reader ran.
        wall_s: seconds until the last document was done.
        peak_mb: the most memory of the processes that read one document, MB (2**20 bytes), shared memory counted
            once; 0 where it was not looked at.
        texts: of each document, the text of its pages.
        bytes_out: sizes of what was written, by kind.
    """

    cpu_s: float
    wall_s: float
    peak_mb: float
    texts: tuple[tuple[str, ...], ...]
    bytes_out: Mapping[str, int] = field(default_factory=dict)


class Reader(Protocol):
    """Reads documents, as many at once as there are, each on one thread."""

    @property
    def name(self) -> str:
        """As reports show it."""

    def read(self, documents: Sequence[Path], folder: Path) -> Outcome:
        """Read documents; what is written goes into ``folder``, which exists.

        Raises:
            BenchmarkError: a document could not be read.
        """
