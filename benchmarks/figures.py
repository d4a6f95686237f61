"""What measurements give: figures with their spread and their targets, and a table of what they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be, at least or at most."""

    at_least: float | None = None
    at_most: float | None = None

    def met_by(self, value: float) -> bool:
        """Whether a figure reaches it."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity.

    Attributes:
        value: the median, where there are several runs.
        spread: lowest and highest of the runs, or None when there was one.
    """

    name: str
    value: float
    unit: str
    spread: tuple[float, float] | None = None
    target: Target | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        return None if self.target is None else self.target.met_by(self.value)


@dataclass(frozen=True, slots=True)
class Section:
    """The outcome of one measurement.

    Attributes:
        name: file-name safe.
        title: of the section in a report.
        method: how it was measured, in a few sentences.
        columns: headings of the table of single runs.
        rows: those runs.
    """

    name: str
    title: str
    method: str
    figures: tuple[Figure, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int, ...], ...]


def of_runs(name: str, values: Sequence[float], unit: str, target: Target | None = None) -> Figure:
    """The median of several runs, with the lowest and the highest.

    Raises:
        statistics.StatisticsError: there was no run.
    """
    return Figure(name, median(values), unit, (min(values), max(values)), target)
