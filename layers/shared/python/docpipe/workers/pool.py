"""The worker processes of one environment: started when needed, kept warm, replaced when they have died."""

from __future__ import annotations

from collections.abc import Callable

from docpipe.workers.worker import Worker


class WorkerPool:
    """Keeps idle workers.

    Args:
        size: how many workers may be busy at a time; whoever takes them holds to it.
        start: starts a worker.
    """

    def __init__(self, size: int, start: Callable[[], Worker]) -> None:
        self.size = size
        self._start = start
        self._idle: list[Worker] = []

    def take(self) -> Worker:
        """A worker that is idle, or a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            worker.kill()
        return self._start()

    def give_back(self, worker: Worker) -> None:
        """Keep a worker that has answered."""
        self._idle.append(worker)

    def let_go(self) -> None:
        """Have the idle workers close their documents."""
        for worker in self._idle:
            worker.let_go()

    def close(self) -> None:
        """End the idle workers."""
        while self._idle:
            self._idle.pop().kill()
