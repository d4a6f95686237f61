"""Draws the charts of sections as SVG, on a ground of their own, so that they read on light pages and on dark ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from benchmarks.figures import Chart, Kind

_COLOURS: Final = ("#0072b2", "#e69f00", "#cc79a7", "#999999", "#009e73", "#d55e00")
"""Told apart by the colour-blind as well (Okabe and Ito, "Color Universal Design")."""

_STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "docpipe",
    "svg.fonttype": "path",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#e3e3e3",
    "figure.facecolor": "#ffffff",
}
_SIZE_IN: Final = (8.0, 4.2)
_SHARE: Final = 0.82
"""Of the distance between two places, what their bars take up."""


def draw(charts: Iterable[Chart], folder: Path) -> list[Path]:
    """Write an SVG for each chart; the same chart gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_drawn(chart, folder / f"{chart.name}.svg") for chart in charts]


def _drawn(chart: Chart, path: Path) -> Path:
    with mpl.rc_context(_STYLE):
        canvas = Canvas(figsize=_SIZE_IN, layout="constrained")
        axes = canvas.add_subplot()
        {Kind.BARS: _bars, Kind.STACK: _stack, Kind.LINES: _lines}[chart.kind](axes, chart)
        axes.set_title(chart.title, loc="left", fontweight="bold")
        axes.set_xlabel(chart.x_label)
        axes.set_ylabel(chart.y_label)
        axes.set_ylim(bottom=0)
        if len(chart.series) > 1:
            canvas.legend(loc="outside lower center", ncols=3, frameon=False)
        canvas.savefig(path, metadata={"Date": None})
    return path


def _bars(axes: Axes, chart: Chart) -> None:
    width = _SHARE / len(chart.series)
    for number, (name, heights) in enumerate(chart.series.items()):
        offset = (number - (len(chart.series) - 1) / 2) * width
        bars = axes.bar(
            [place + offset for place in range(len(chart.places))],
            [height or 0.0 for height in heights],
            width * 0.92,
            label=name,
            color=_COLOURS[number],
        )
        labels = ["" if height is None else _short(height) for height in heights]
        axes.bar_label(bars, labels, fontsize=7, padding=1, color="#333333")
    axes.set_xticks(range(len(chart.places)), [str(place) for place in chart.places])


def _stack(axes: Axes, chart: Chart) -> None:
    below = [0.0] * len(chart.places)
    for number, (name, heights) in enumerate(chart.series.items()):
        known = [height or 0.0 for height in heights]
        axes.bar(range(len(known)), known, 0.6, bottom=below, label=name, color=_COLOURS[number])
        below = [under + height for under, height in zip(below, known, strict=True)]
    axes.set_xticks(range(len(chart.places)), [str(place) for place in chart.places])


def _lines(axes: Axes, chart: Chart) -> None:
    for number, (name, heights) in enumerate(chart.series.items()):
        known = [(place, height) for place, height in zip(chart.places, heights, strict=True) if height is not None]
        axes.plot(
            [place for place, _ in known],
            [height for _, height in known],
            marker="o",
            label=name,
            color=_COLOURS[number],
        )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _short(height: float) -> str:
    return f"{height:.3f}" if height < 0.1 else f"{height:.2f}"
