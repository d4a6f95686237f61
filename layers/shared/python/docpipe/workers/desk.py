"""Where a worker's requests become calls of the reading module, and its errors become answers."""

from __future__ import annotations

import tempfile
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from docpipe.domain.errors import DocpipeError, DocumentError, PageError
from docpipe.domain.page import PageReading
from docpipe.ports import FileFacts, OcrEngine, ReadOptions
from docpipe.workers.protocol import (
    Answer,
    Fault,
    InspectFile,
    Message,
    OutOfMemory,
    ReadPage,
    TellLanguages,
    Unequipped,
    Unforeseen,
    encode,
)


class Reading(Protocol):
    """What a reading module offers; ``docpipe.reading`` is the one of the product."""

    def inspect(self, path: Path) -> FileFacts:
        """Count the pages. Raises ``DocumentError``."""

    def open_source(self, path: Path) -> AbstractContextManager[Any]:
        """Open a document. Raises ``DocumentError``."""

    def read_page(self, source: Any, page_number: int, engine: OcrEngine, options: ReadOptions) -> PageReading:
        """Read a page of an opened document. Raises ``PageError`` or ``DocumentError``."""

    def make_engine(self, name: str) -> OcrEngine:
        """The engine of that name."""


class Desk:
    """Keeps the engine, and the document between two of its pages.

    Args:
        reading: the reading module.
        engine: name of the OCR engine, made when the first page needs it.
    """

    def __init__(self, reading: Reading, engine: str) -> None:
        self._reading = reading
        self._engine_name = engine
        self._engine: OcrEngine | None = None
        self._open = ExitStack()
        self._source: Any = None
        self._identity: tuple[str, ...] | None = None

    def answer(self, request: Message) -> bytes:
        """Do what is asked; what goes wrong is an answer too."""
        try:
            return encode(self._do(request))
        except (DocumentError, PageError) as error:
            return encode(Fault(type(error), error.message))
        except DocpipeError as error:
            return encode(Unequipped(error.message))
        except ImportError as error:
            return encode(Unequipped(f"A library of the page workers is missing ({error.name}). Install it."))
        except MemoryError:
            return encode(OutOfMemory())
        except Exception as error:  # noqa: BLE001 - the outermost boundary of this process
            return encode(Unforeseen(_cause(error)))

    def let_go(self) -> None:
        """Close the document: a removed file takes up space for as long as it is open."""
        self._identity = self._source = None
        self._open.close()

    def _do(self, request: Message) -> Answer:
        match request:
            case InspectFile(path):
                self.let_go()
                return self._reading.inspect(Path(path))
            case ReadPage(path, page_number, options):
                engine = self._made_engine()
                return self._reading.read_page(self._opened(Path(path)), page_number, engine, options)
            case TellLanguages():
                return self._made_engine().languages()
        raise TypeError(type(request).__name__)

    def _made_engine(self) -> OcrEngine:
        if self._engine is None:
            self._engine = self._reading.make_engine(self._engine_name)
        return self._engine

    def _opened(self, path: Path) -> Any:
        stat = path.stat()
        identity = (str(path), *map(str, (stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size)))
        if identity != self._identity:
            self.let_go()
            # What an engine writes on the way lies beside the document, and goes when its folder goes,
            # even when this process is killed before it could tidy up.
            tempfile.tempdir = str(path.parent)
            self._source = self._open.enter_context(self._reading.open_source(path))
            self._identity = identity
        return self._source


def _cause(error: Exception) -> str:
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__qualname__}{place}"
