"""Keeps what sections measured, and shows all of it: JSON, Markdown and charts.

Each section is kept in a file of its own with machine, versions and time, so that one can be measured again without
the others.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from benchmarks.figures import Figure, Section
from benchmarks.plots import draw
from local.processes import PROJECT_ROOT

_DOCS: Final = PROJECT_ROOT / "docs" / "performance"


@dataclass(frozen=True, slots=True)
class Measured:
    """A section, and where and when it was measured."""

    about: dict[str, str]
    section: Section


class Results:
    """A folder of results.

    Args:
        folder: it is made.
        order: names of sections in the order of a report.
    """

    def __init__(self, folder: Path, order: Sequence[str]) -> None:
        self._folder = folder
        self._sections = folder / "sections"
        self._order = tuple(order)
        self._sections.mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Forget what was measured before."""
        for name in self._order:
            self._file(name).unlink(missing_ok=True)

    def add(self, about: Mapping[str, str], section: Section) -> None:
        """Keep a section, in place of an earlier one of its name."""
        content = json.dumps(asdict(Measured(dict(about), section)), indent=2, ensure_ascii=False)
        self._file(section.name).write_text(content + "\n", encoding="utf-8")

    def write(self) -> str:
        """Write ``results.json``, ``results.md`` and ``charts`` from all sections; gives the Markdown."""
        kept = list(self._kept())
        content = [_with_verdicts(measured) for measured in kept]
        (self._folder / "results.json").write_text(
            json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        draw((chart for measured in kept for chart in measured.section.charts), self._folder / "charts")
        text = _as_markdown(kept)
        (self._folder / "results.md").write_text(text, encoding="utf-8")
        return text

    def publish(self) -> Path:
        """Copy the report into the documentation; gives its folder there."""
        _DOCS.mkdir(parents=True, exist_ok=True)
        for old in _DOCS.glob("*.svg"):
            old.unlink()
        for file in (*(self._folder / "charts").glob("*.svg"), self._folder / "results.md"):
            shutil.copy(file, _DOCS / file.name)
        shown = _DOCS / "results.md"
        shown.write_text(shown.read_text(encoding="utf-8").replace("](charts/", "]("), encoding="utf-8")
        return _DOCS

    def _kept(self) -> Iterator[Measured]:
        reading = TypeAdapter(Measured)
        for name in self._order:
            if self._file(name).is_file():
                yield reading.validate_json(self._file(name).read_bytes())

    def _file(self, name: str) -> Path:
        return self._sections / f"{name}.json"


def _with_verdicts(measured: Measured) -> dict[str, object]:
    figures = [{**asdict(figure), "met": figure.met} for figure in measured.section.figures]
    return {"about": measured.about, "section": {**asdict(measured.section), "figures": figures}}


def _as_markdown(kept: Sequence[Measured]) -> str:
    targets = [figure for measured in kept for figure in measured.section.figures if figure.target is not None]
    head = f"# Results\n\n## Targets\n\n{_figures(targets)}"
    return "\n".join([head, *(_section(measured) for measured in kept)])


def _section(measured: Measured) -> str:
    section = measured.section
    charts = "".join(f"![{chart.title}](charts/{chart.name}.svg)\n\n" for chart in section.charts)
    about = "; ".join(f"{of}: {what}" for of, what in measured.about.items())
    return (
        f"## {section.title}\n\n{section.method}\n\n{charts}{_figures(section.figures)}\n"
        f"{_table(section.columns, section.rows)}\n<sub>{about}.</sub>\n"
    )


def _figures(figures: Sequence[Figure]) -> str:
    return _table(("Figure", "Value", "Lowest to highest", "Target", ""), [_line(figure) for figure in figures])


def _line(figure: Figure) -> tuple[str, ...]:
    spread = f"{_shown(figure.spread[0])} to {_shown(figure.spread[1])}" if figure.spread else ""
    verdict = {None: "", True: "met", False: "**missed**"}[figure.met]
    target = "" if figure.target is None else str(figure.target)
    return figure.name, f"{_shown(figure.value)} {figure.unit}".strip(), spread, target, verdict


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *([_shown(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _shown(cell: object) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.3f}"
