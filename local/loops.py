"""What goes on by itself while the runtime runs: event sources, schedules, the HTTP API."""

from __future__ import annotations

from typing import Protocol


class Loop(Protocol):
    """Something that goes on by itself until it is told to stop."""

    def start(self) -> None:
        """Begin. Called once."""

    def stop(self) -> None:
        """Begin to end; returns at once."""

    def join(self) -> None:
        """Wait for the end."""


class Loops:
    """Several loops that end together: first all are told, then all are waited for."""

    def __init__(self) -> None:
        self._started: list[Loop] = []

    def begin(self, loop: Loop) -> None:
        """Start a loop."""
        loop.start()
        self._started.append(loop)

    def stop(self) -> None:
        """Tell every loop to end."""
        for loop in self._started:
            loop.stop()

    def join(self) -> None:
        """Wait for the end of every loop."""
        for loop in self._started:
            loop.join()
