"""All execution environments: started when needed, used again while warm, ended when idle for long."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any, Final

from local.environment import Environment
from local.errors import LocalRuntimeError
from local.invocation import Invocation
from local.launch import Launch
from local.slots import CpuSlots, Patience

_VCPU_MB: Final = 1_769
"""Memory that buys one vCPU on Lambda."""

_IDLE_LIMIT_S: Final = 300.0
_SCARCE_MB: Final = 2_048
_SCARCE_IDLE_LIMIT_S: Final = 30.0
"""For image functions, which hold most of the memory, where no more than that can still be taken: who waits for one
waits for pages to be read anyway."""

_RECORDS_KEPT: Final = 10_000


class Fleet:
    """Runs functions by name. Safe for threads; each environment gets one event at a time.

    Args:
        launches: the functions.
        cpus: that image functions share. Those with lanes share as many as there are; the quick ones have as
            many turns of their own, so that a small document need not wait for the end of a long one's chunk.
        spare: whether a small document may be read beside larger ones that hold all CPUs.
        room_mb: tells how much memory can still be taken; None when there is no end of it.
    """

    def __init__(
        self,
        launches: Mapping[str, Launch],
        cpus: int,
        *,
        spare: bool = False,
        room_mb: Callable[[], float] | None = None,
    ) -> None:
        self._launches = launches
        self._room_mb = room_mb or (lambda: float("inf"))
        self._lanes, self._quick = CpuSlots(cpus, spare=spare), CpuSlots(cpus)
        self._lock = threading.Lock()
        self._idle: dict[str, list[Environment]] = {name: [] for name in launches}
        self._all: dict[str, Environment] = {}
        self._records: deque[Invocation] = deque(maxlen=_RECORDS_KEPT)
        self._closed = False

    def invoke(self, name: str, event: Any, *, priority: bool = False, patience: Patience | None = None) -> Invocation:
        """Run a function on an event, waiting for a CPU when it is an image function.

        Args:
            name: of the function, without the stage's prefix.
            event: JSON-serialisable.
            priority: whether to go ahead of others in that wait.
            patience: what to do during that wait.

        Raises:
            LocalRuntimeError: there is no such function, or the runtime is ending.
        """
        if name not in self._launches:
            raise LocalRuntimeError(f"There is no function '{name}'. There are: {', '.join(sorted(self._launches))}.")
        with self._cpu(self._launches[name], priority, patience):
            record, began = self._invoked(name, event)
            if not began and not self._closed:
                # Lambda starts a function once more that died before it took its event.
                record, _ = self._invoked(name, event)
        with self._lock:
            self._records.append(replace(record, response=None))
        return record

    def _invoked(self, name: str, event: Any) -> tuple[Invocation, bool]:
        """Run a function in a warm environment or a new one; tells too whether its handler was there to be called."""
        with self._environment(name) as environment:
            return environment.invoke(event), environment.initialised

    def wants_work(self, name: str, timeout_s: float, *, priority: bool = False) -> bool:
        """Wait until an event for this function would soon be worked on; False when that takes longer."""
        launch = self._launches[name]
        if not launch.is_image:
            return True
        return self._slots(launch).wait_until_open(timeout_s, lane=name, priority=priority)

    def environments(self) -> list[Environment]:
        """The environments there are, busy and idle."""
        with self._lock:
            return list(self._all.values())

    def invocations(self) -> list[Invocation]:
        """Records of the invocations so far, oldest first, without their responses."""
        with self._lock:
            return list(self._records)

    def retire(self, name: str) -> None:
        """End the idle environments of a function that is not needed again."""
        with self._lock:
            ended = self._take_out(self._idle[name])
        for environment in ended:
            environment.close()

    def close(self) -> None:
        """Kill every environment; invocations under way fail, and none is begun any more."""
        with self._lock:
            self._closed = True
        self._lanes.close()
        self._quick.close()
        for environment in self.environments():
            environment.kill()

    def _cpu(self, launch: Launch, priority: bool, patience: Patience | None) -> AbstractContextManager[None]:
        if not launch.is_image:
            return nullcontext()
        vcpus = max(1, round(launch.spec.memory_mb / _VCPU_MB))
        return self._slots(launch).take(vcpus, lane=launch.name, priority=priority, patience=patience)

    def _slots(self, launch: Launch) -> CpuSlots:
        return self._lanes if launch.has_lanes else self._quick

    @contextmanager
    def _environment(self, name: str) -> Iterator[Environment]:
        environment = self._warm(name) or self._cold(name)
        try:
            yield environment
        finally:
            self._give_back(environment)

    def _warm(self, name: str) -> Environment | None:
        """The environment used last, when it still lives: the longer idle ones may then end."""
        with self._lock:
            while self._idle[name]:
                environment = self._idle[name].pop()
                if environment.alive:
                    return environment
                del self._all[environment.id]
                environment.close()
        return None

    def _cold(self, name: str) -> Environment:
        self._make_room(self._launches[name].usual_mb)
        with self._lock:
            # Under the lock, so that none is started after ``close`` has looked for them.
            if self._closed:
                raise LocalRuntimeError("The runtime is ending and takes no more events.")
            environment = Environment(self._launches[name])
            self._all[environment.id] = environment
            return environment

    def _make_room(self, wanted_mb: float) -> None:
        """End idle environments, the longest idle first, as long as that much memory is not there."""
        while self._room_mb() < wanted_mb:
            with self._lock:
                idle = [environment for pool in self._idle.values() for environment in pool]
                oldest = sorted(idle, key=lambda environment: environment.idle_since)[:1]
                self._take_out(oldest)
            if not oldest:
                return
            oldest[0].close()

    def _give_back(self, environment: Environment) -> None:
        scarce = self._room_mb() < _SCARCE_MB
        with self._lock:
            ended = self._pop_long_idle(scarce=scarce)
            if environment.alive:
                self._idle[environment.function].append(environment)
            else:
                del self._all[environment.id]
                ended.append(environment)
        for gone in ended:
            gone.close()

    def _pop_long_idle(self, *, scarce: bool) -> list[Environment]:
        """Take out environments that nothing needed for long; the schedules make this be asked every minute."""
        now = time.monotonic()

        def patience_s(idle: Environment) -> float:
            return _SCARCE_IDLE_LIMIT_S if scarce and self._launches[idle.function].is_image else _IDLE_LIMIT_S

        return self._take_out(
            kept for pool in self._idle.values() for kept in pool if now - kept.idle_since > patience_s(kept)
        )

    def _take_out(self, idle: Iterable[Environment]) -> list[Environment]:
        """Take idle environments out of the fleet, for whoever ends them; under the lock."""
        found = list(idle)
        for environment in found:
            self._idle[environment.function].remove(environment)
            del self._all[environment.id]
        return found
