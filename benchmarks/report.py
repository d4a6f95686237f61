"""Writes sections as JSON and as Markdown, and shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.figures import Figure, Section


def write(folder: Path, about: Mapping[str, str], sections: Sequence[Section]) -> str:
    """Write ``results.json`` and ``results.md``.

    Args:
        about: machine, versions and material.

    Returns:
        The text of ``results.md``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = {"about": dict(about), "sections": [_as_json(section) for section in sections]}
    (folder / "results.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    text = "\n".join([_table(("Of", "Is"), list(about.items())), *(_as_markdown(section) for section in sections)])
    (folder / "results.md").write_text(text, encoding="utf-8")
    return text


def _as_json(section: Section) -> dict[str, object]:
    return {**asdict(section), "figures": [{**asdict(figure), "met": figure.met} for figure in section.figures]}


def _as_markdown(section: Section) -> str:
    figures = _table(("Figure", "Median", "Lowest to highest", "Target", ""), [_line(each) for each in section.figures])
    runs = _table(section.columns, section.rows)
    return f"\n## {section.title}\n\n{section.method}\n\n{figures}\n{runs}"


def _line(figure: Figure) -> tuple[str, ...]:
    spread = f"{_shown(figure.spread[0])} to {_shown(figure.spread[1])}" if figure.spread else ""
    verdict = {None: "", True: "met", False: "missed"}[figure.met]
    target = "" if figure.target is None else str(figure.target)
    return figure.name, f"{_shown(figure.value)} {figure.unit}".strip(), spread, target, verdict


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *([_shown(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _shown(cell: object) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.3f}"
