"""Draws the dashboard of the production profile as CloudWatch lays it out: ``python -m tools.preview_dashboard``.

What is drawn is the grid of the synthesised template: each widget in its place and size, with its title, its
thresholds and the names of its lines. Values there are none of; a picture of made-up ones would say nothing.
The picture is committed as ``docs/dashboard.svg``; a test holds it to the template.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import escape

from tools.synthesis import PROFILE_CONTEXTS, ROOT, synthesise

PICTURE = ROOT / "docs" / "dashboard.svg"

_UNIT_X, _UNIT_Y, _GAP = 50, 42, 6
_TEXT = "#16191f"
_FAINT = "#5f6b7a"
_COLOURS = (
    "#1f77b4",
    "#ff7f0e",
    "#2ca02c",
    "#d62728",
    "#9467bd",
    "#8c564b",
    "#e377c2",
    "#7f7f7f",
    "#bcbd22",
    "#17becf",
)
"""The colours of CloudWatch's lines, in order."""


_PROPERTY = "${PROP('Dim."
"""How the label of a search begins: CloudWatch names each line it finds by that dimension."""


@dataclass(frozen=True, slots=True)
class Box:
    """A widget's place, pixels."""

    x: int
    y: int
    width: int
    height: int


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as outdir:
        PICTURE.write_text(draw(synthesise(PROFILE_CONTEXTS["production"], Path(outdir))))
    print(f"{PICTURE.relative_to(ROOT)} is up to date.")


def widgets_of(template: dict[str, Any]) -> list[dict[str, Any]]:
    """The widgets of the template's one dashboard, references shown by name."""
    (dashboard,) = [r for r in template["Resources"].values() if r["Type"] == "AWS::CloudWatch::Dashboard"]
    body = dashboard["Properties"]["DashboardBody"]
    parts = body["Fn::Join"][1] if isinstance(body, dict) else [body]
    widgets: list[dict[str, Any]] = json.loads("".join(_shown(part, template) for part in parts))["widgets"]
    return widgets


def _shown(part: str | dict[str, Any], template: dict[str, Any]) -> str:
    """A part of a join: text as it is, an alarm by its name, any other resource by its logical id."""
    if isinstance(part, str):
        return part
    target = next(iter(part.values()))
    logical_id = target[0] if isinstance(target, list) else target
    properties = template["Resources"].get(logical_id, {}).get("Properties", {})
    return str(properties.get("AlarmName", logical_id))


def draw(template: dict[str, Any]) -> str:
    """The picture: the same for the same template."""
    widgets = widgets_of(template)
    height = max(widget["y"] + widget["height"] for widget in widgets) * _UNIT_Y + _GAP
    width = max(widget["x"] + widget["width"] for widget in widgets) * _UNIT_X + _GAP
    shapes = [shape for widget in widgets for shape in _draw_widget(widget)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="Helvetica, Arial, sans-serif" font-size="11">',
            f'<rect width="{width}" height="{height}" fill="#f2f3f3"/>',
            *shapes,
            "</svg>",
            "",
        ]
    )


def _draw_widget(widget: dict[str, Any]) -> Iterator[str]:
    box = Box(
        x=widget["x"] * _UNIT_X + _GAP,
        y=widget["y"] * _UNIT_Y + _GAP,
        width=widget["width"] * _UNIT_X - _GAP,
        height=widget["height"] * _UNIT_Y - _GAP,
    )
    properties = widget["properties"]
    place = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
    yield f'<rect {place} rx="6" fill="#fff" stroke="#d5dbdb"/>'
    if widget["type"] == "text":
        yield from _draw_markdown(properties["markdown"], box)
        return
    yield _text(box.x + 10, box.y + 18, properties.get("title", ""), weight="bold")
    if widget["type"] == "alarm":
        yield from _draw_alarms(properties["alarms"], box)
    elif widget["type"] == "log":
        yield from _draw_query(properties["query"], box)
    elif properties.get("view") == "singleValue":
        yield _text(box.x + 10, box.y + box.height - 26, "–", size=26)
    else:
        yield from _draw_graph(properties, box)


def _draw_markdown(markdown: str, box: Box) -> Iterator[str]:
    y = box.y + 24
    for line in markdown.splitlines():
        heading = line.startswith("#")
        yield _text(
            box.x + 10, y, line.lstrip("# "), size=16 if heading else 12, weight="bold" if heading else "normal"
        )
        y += 28


def _draw_alarms(names: list[str], box: Box) -> Iterator[str]:
    columns = 6
    cell = (box.width - 20) // columns
    for number, name in enumerate(names):
        x, y = box.x + 10 + number % columns * cell, box.y + 30 + number // columns * 36
        yield f'<rect x="{x}" y="{y}" width="{cell - 6}" height="30" rx="4" fill="#e9f3e9" stroke="#b7d7b7"/>'
        yield _text(x + 8, y + 19, name.split("-", 2)[2])


def _draw_query(query: str, box: Box) -> Iterator[str]:
    lines = [line.strip() for line in query.split("|") if not line.strip().startswith("SOURCE")]
    for number, line in enumerate(lines):
        yield _text(box.x + 10, box.y + 40 + 18 * number, line, colour=_FAINT)


def _draw_graph(properties: dict[str, Any], box: Box) -> Iterator[str]:
    names = list(_lines_of(properties))
    legend = list(_legend(names, box.width - 20))
    bottom = box.y + box.height - 12 - 15 * len(legend)
    top, left, right = box.y + 34, box.x + 40, box.x + box.width - 40
    yield f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="{_FAINT}"/>'
    unit = properties.get("yAxis", {}).get("left", {}).get("label", "")
    yield _text(left - 30, top - 4, unit, colour=_FAINT)
    for note in properties.get("annotations", {}).get("horizontal", []):
        y = top + (bottom - top) // 4
        yield f'<path d="M{left} {y}H{right}" stroke="#d13212" stroke-dasharray="4 3"/>'
        yield _text(left + 6, y - 4, f"{note['value']:g}: {note['label']}", colour="#d13212")
    for row, entries in enumerate(legend):
        for x, colour, name in entries:
            y = bottom + 18 + 15 * row
            yield f'<rect x="{box.x + 10 + x}" y="{y - 8}" width="9" height="9" fill="{colour}"/>'
            yield _text(box.x + 23 + x, y, name, size=10)


def _legend(names: list[str], width: int) -> Iterator[list[tuple[int, str, str]]]:
    """The entries of each line: place, colour, name."""
    line: list[tuple[int, str, str]] = []
    x = 0
    for number, name in enumerate(names):
        needed = 20 + 6 * len(name)
        if line and x + needed > width:
            yield line
            line, x = [], 0
        line.append((x, _COLOURS[number % len(_COLOURS)], name))
        x += needed
    if line:
        yield line


def _lines_of(properties: dict[str, Any]) -> Iterator[str]:
    """The names of a graph's lines."""
    for metric in properties["metrics"]:
        options = metric[-1] if isinstance(metric[-1], dict) else {}
        if options.get("visible", True):
            name = str(options.get("label", metric[0] if isinstance(metric[0], dict) else metric[1]))
            yield f"one line for each {name.removeprefix(_PROPERTY)[:-3]}" if name.startswith(_PROPERTY) else name


def _text(x: int, y: int, text: str, *, size: int = 11, weight: str = "normal", colour: str = _TEXT) -> str:
    shown = wrap(text, 190, max_lines=1, placeholder=" …")
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colour}">'
        f"{escape(shown[0] if shown else '')}</text>"
    )


if __name__ == "__main__":
    main()
