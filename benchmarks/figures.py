"""What measurements give: figures with their spread and their targets, charts, and a table of what they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
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
        value: the median, where there are several runs; of a ratio, that of the sums.
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


class Kind(StrEnum):
    """How a chart is drawn."""

    BARS = "bars"
    STACK = "stack"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a section.

    Attributes:
        name: file-name safe, unlike that of any other chart.
        title: says what is seen.
        places: what stands along the x axis: names of groups, or numbers for lines.
        series: heights by name of the series, one for each place; None where nothing was measured.
    """

    name: str
    title: str
    kind: Kind
    x_label: str
    y_label: str
    places: tuple[str | float, ...]
    series: Mapping[str, Sequence[float | None]]


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
    charts: tuple[Chart, ...] = field(default=())


def of_runs(name: str, values: Sequence[float], unit: str, target: Target | None = None) -> Figure:
    """The median of several runs, with the lowest and the highest.

    Raises:
        statistics.StatisticsError: there was no run.
    """
    return Figure(name, median(values), unit, (min(values), max(values)), target)


def ratio_of_sums(
    name: str, parts: Sequence[float], wholes: Sequence[float], unit: str = "", target: Target | None = None
) -> Figure:
    """The sum of ``parts`` over that of ``wholes``, with the lowest and the highest ratio of single runs.

    Raises:
        ValueError: the two are not of one length.
        ZeroDivisionError: a whole is 0.
    """
    singles = [part / whole for part, whole in zip(parts, wholes, strict=True)]
    return Figure(name, sum(parts) / sum(wholes), unit, (min(singles), max(singles)), target)
