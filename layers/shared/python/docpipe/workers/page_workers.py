"""The product's page reader: questions are put to one worker, pages are read by all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from time import monotonic
from typing import Final

from docpipe.domain.errors import DecompressionBombError, UnreadableFileError
from docpipe.domain.page import PageReading
from docpipe.ports import FileFacts, ReadOptions
from docpipe.workers.limits import data_limit
from docpipe.workers.log import warn
from docpipe.workers.pool import WorkerPool
from docpipe.workers.protocol import (
    Answer,
    Fault,
    InspectFile,
    OutOfMemory,
    Request,
    Started,
    TellLanguages,
    Unequipped,
    Unforeseen,
)
from docpipe.workers.run import START_LIMIT_S, Run
from docpipe.workers.worker import PageWorkersError, Worker, WorkerDiedError, WorkerLateError

_INSPECT_LIMIT_S: Final = 30.0
"""Seconds for opening a file and counting its pages, which takes well under one for 2,000 pages."""


class PageWorkers:
    """Reads pages in worker processes; a ``PageReader``. One reading at a time; not safe for threads.

    A worker is killed when its parent's thread that started it ends, so use it from a thread that lasts.

    Args:
        workers: how many processes; as many as there are vCPUs.
        engine: name of the OCR engine.
        memory_mb: memory of the function, MB, which parent and workers share.
        reader_module: name of the module that reads; see ``docpipe.workers.desk.Reading``.
    """

    def __init__(self, *, workers: int, engine: str, memory_mb: int, reader_module: str = "docpipe.reading") -> None:
        self._pool = WorkerPool(workers, partial(Worker, reader_module, engine, data_limit(memory_mb, workers)))
        self._run: Run | None = None
        self._languages: frozenset[str] | None = None

    def inspect(self, path: Path) -> FileFacts:
        """Open the file and count its pages.

        Raises:
            DocumentError: the file cannot be processed (one of its subclasses, by reason).
            PageWorkersError: workers cannot be started.
        """
        match self._ask(InspectFile(str(path)), _INSPECT_LIMIT_S):
            case FileFacts() as facts:
                return facts
            case None | OutOfMemory():
                raise DecompressionBombError
            case Fault() as fault:
                raise fault.error()
            case Unforeseen(cause):
                warn("file not opened", code=UnreadableFileError.code, cause=cause)
        raise UnreadableFileError

    def languages(self) -> frozenset[str]:
        """The installed languages; asked of a worker once, and kept.

        Raises:
            PageWorkersError: workers cannot be started, or know of no languages.
        """
        if self._languages is None:
            answer = self._ask(TellLanguages(), START_LIMIT_S)
            if not isinstance(answer, frozenset):
                cause = answer.cause if isinstance(answer, Unforeseen) else type(answer).__name__
                raise PageWorkersError(f"The installed languages cannot be told ({cause}). Check the language data.")
            self._languages = answer
        return self._languages

    def read(
        self,
        path: Path,
        page_numbers: Iterable[int],
        options: ReadOptions,
        *,
        may_start: Callable[[int], bool],
        on_tick: Callable[[], None],
    ) -> Iterator[PageReading]:
        """Read pages side by side and yield each as it is done, in any order.

        The next page is handed out before a finished one is yielded, so that the caller saves one
        page while another is recognised. A page is given up when it takes longer than its time
        limit, or ends two workers. Asking this object for anything else ends the iteration.

        Args:
            page_numbers: from 1.
            may_start: asked before each page is begun, with its number; False ends the handing
                out of pages, those in hand are still finished and yielded.
            on_tick: called about once a second while waiting; what it raises ends the reading.

        Raises:
            DocumentError: the document as a whole cannot be read.
            PageWorkersError: workers cannot be started, or cannot read any page.
        """
        self._end_run()
        run = self._run = Run(self._pool, str(path), iter(page_numbers), options, may_start)
        try:
            yield from run.readings(on_tick)
        finally:
            run.end()

    def close(self) -> None:
        """End the worker processes. They are started again when they are needed."""
        self._end_run()
        self._pool.close()

    def _end_run(self) -> None:
        # A caller may have left an iteration without closing it; its workers are busy with what nobody awaits.
        if self._run is not None:
            self._run.end()
            self._run = None

    def _ask(self, request: Request, limit_s: float) -> Answer | None:
        """One worker's answer; None when it has died over the request, or run out of time."""
        self._end_run()
        worker = self._pool.take()
        worker.send(request)
        try:
            answer = _await_answer(worker, limit_s)
        except WorkerDiedError:
            answer = None
        except BaseException:
            worker.kill()
            raise
        if answer is None or isinstance(answer, OutOfMemory):
            worker.kill()
        else:
            self._pool.give_back(worker)
        if isinstance(answer, Unequipped):
            raise PageWorkersError(answer.remedy)
        return answer


def _await_answer(worker: Worker, limit_s: float) -> Answer | None:
    deadline = monotonic() + (limit_s if worker.started else START_LIMIT_S)
    while wait([worker.connection], max(0.0, deadline - monotonic())):
        answer = worker.receive()
        if not isinstance(answer, Started):
            return answer
        deadline = monotonic() + limit_s
    if not worker.started:
        raise WorkerLateError
    return None
