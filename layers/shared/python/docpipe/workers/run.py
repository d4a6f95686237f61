"""One call of ``PageWorkers.read``: which worker has which page in hand, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from time import monotonic
from typing import Final

from docpipe.domain.errors import (
    PageError,
    PageTimeoutError,
    PageTooLargeError,
    PageUnreadableError,
    PageWorkerDiedError,
)
from docpipe.domain.page import PageReading, failed_page
from docpipe.ports import ReadOptions
from docpipe.workers.log import warn
from docpipe.workers.pool import WorkerPool
from docpipe.workers.protocol import Answer, Fault, OutOfMemory, ReadPage, Started, Unequipped, Unforeseen
from docpipe.workers.worker import PageWorkersError, Worker, WorkerDiedError, WorkerLateError

START_LIMIT_S: Final = 60.0
"""Seconds for a worker to start: about one, but a cold image is fetched while it is read."""

_GRACE_S: Final = 2.0
"""Seconds beyond a page's time limit until its worker is killed: the engine stops itself at the limit."""

_TICK_S: Final = 1.0

_TRIES: Final = 2
"""A worker may be killed for a neighbour's sake; a page that ends two is the cause itself."""


@dataclass(slots=True)
class _Task:
    """A page in hand.

    Attributes:
        begun: when it was handed out first, or when its first worker had started.
        tries: how many workers it was given to.
    """

    page_number: int
    begun: float = field(default_factory=monotonic)
    tries: int = 0

    def failed(self, error: PageError) -> PageReading:
        """The reading of the page as one that failed."""
        elapsed_ms = round((monotonic() - self.begun) * 1_000)
        return failed_page(self.page_number, code=error.code, reason=error.message, duration_ms=elapsed_ms)


class Run:
    """Hands pages out to workers and collects the readings.

    Args:
        may_start: asked before each page is begun; False ends the handing out.
    """

    def __init__(
        self,
        pool: WorkerPool,
        path: str,
        page_numbers: Iterator[int],
        options: ReadOptions,
        may_start: Callable[[int], bool],
    ) -> None:
        self._pool = pool
        self._path = path
        self._page_numbers = page_numbers
        self._options = options
        self._may_start = may_start
        self._in_hand: dict[Worker, _Task] = {}
        self._exhausted = False
        self._ended = False

    def readings(self, on_tick: Callable[[], None]) -> Iterator[PageReading]:
        """Yield the readings; see ``PageWorkers.read``."""
        ticked = monotonic()
        self._hand_out()
        while self._in_hand:
            finished = self._collect(until=ticked + _TICK_S)
            if monotonic() - ticked >= _TICK_S:
                on_tick()
                ticked = monotonic()
            self._hand_out()
            for reading in finished:
                yield reading
                if self._ended:
                    raise PageWorkersError("The page workers were asked for something else meanwhile. Read again.")

    def end(self) -> None:
        """Abandon the pages in hand: their workers are killed, so that no late answer is taken for another's."""
        if self._ended:
            return
        self._ended = True
        while self._in_hand:
            worker, _ = self._in_hand.popitem()
            worker.kill()
        self._pool.let_go()

    def _hand_out(self) -> None:
        while not self._exhausted and len(self._in_hand) < self._pool.size:
            page_number = next(self._page_numbers, None)
            if page_number is None or not self._may_start(page_number):
                self._exhausted = True
                return
            self._give(_Task(page_number))

    def _give(self, task: _Task) -> None:
        worker = self._pool.take()
        task.tries += 1
        self._in_hand[worker] = task
        worker.send(ReadPage(self._path, task.page_number, self._options))

    def _collect(self, *, until: float) -> list[PageReading]:
        """Wait for answers, for deaths or for the end of a page's time, but no longer than ``until``."""
        wake = min(until, *(self._deadline(worker, task) for worker, task in self._in_hand.items()))
        by_connection = {worker.connection: worker for worker in self._in_hand}
        ready = wait(list(by_connection), max(0.0, wake - monotonic()))
        heard = [self._hear(by_connection[connection]) for connection in by_connection if connection in ready]
        late = [self._stop(worker) for worker, task in list(self._in_hand.items()) if self._is_late(worker, task)]
        return [reading for reading in (*heard, *late) if reading is not None]

    def _deadline(self, worker: Worker, task: _Task) -> float:
        # A second try gets what the first has left of the page's time: the caller has planned with no more.
        limit_s = self._options.page_time_limit_s + _GRACE_S
        if task.tries == 1 and not worker.started:
            limit_s = START_LIMIT_S
        return task.begun + limit_s

    def _is_late(self, worker: Worker, task: _Task) -> bool:
        return monotonic() >= self._deadline(worker, task)

    def _hear(self, worker: Worker) -> PageReading | None:
        """What a worker says about its page; None when the page is not finished yet."""
        task = self._in_hand[worker]
        try:
            answer = worker.receive()
        except WorkerDiedError:
            self._discard(worker)
            return self._after_death(task)
        if isinstance(answer, Started):
            if task.tries == 1:
                # Starting the worker is not the page's fault.
                task.begun = monotonic()
            return None
        if isinstance(answer, OutOfMemory):
            # What it has allocated so far may be in pieces; a new worker begins with all of its memory.
            self._discard(worker)
        else:
            del self._in_hand[worker]
            self._pool.give_back(worker)
        return self._reading(task, answer)

    def _after_death(self, task: _Task) -> PageReading | None:
        warn("page worker died", code=PageWorkerDiedError.code, cause=f"try {task.tries} of {_TRIES}")
        if task.tries >= _TRIES:
            return task.failed(PageWorkerDiedError())
        self._give(task)
        return None

    def _stop(self, worker: Worker) -> PageReading:
        """End a page whose time is up."""
        task = self._in_hand[worker]
        if not worker.started and task.tries == 1:
            raise WorkerLateError
        self._discard(worker)
        return task.failed(PageTimeoutError(self._options.page_time_limit_s))

    def _discard(self, worker: Worker) -> None:
        del self._in_hand[worker]
        worker.kill()

    @staticmethod
    def _reading(task: _Task, answer: Answer) -> PageReading:
        match answer:
            case PageReading() if answer.page_number == task.page_number:
                return answer
            case OutOfMemory():
                return task.failed(PageTooLargeError())
            case Unequipped(remedy):
                raise PageWorkersError(remedy)
            case Fault() as fault:
                error = fault.error()
                if isinstance(error, PageError):
                    return task.failed(error)
                raise error
            case Unforeseen(cause):
                warn("page not read", code=PageUnreadableError.code, cause=cause)
        return task.failed(PageUnreadableError())
