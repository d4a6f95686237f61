"""Draws the production stack: ``python -m tools.draw_architecture`` writes ``docs/architecture.svg``.

Where things stand is laid out by hand (``architecture_layout``); what there is comes from the synthesised template:
every queue and function of it, which queue sets off which function, memory, how many at once, and what runs in the
private network. A function or queue that has no place there stops the drawing with its name; a test holds the
picture to the template. It is drawn in the colours of the reader's page, light or dark.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tools.architecture_layout import AROUND, BANDS, BOX_HEIGHT, BOX_WIDTH, HEIGHT, LINES, PLACES, WIDTH
from tools.synthesis import PROFILE_CONTEXTS, ROOT, synthesise

PICTURE = ROOT / "docs" / "architecture.svg"

_STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.small { font-size: 10px; fill: #59636e; }
.heading { font-size: 11px; font-weight: 600; fill: #59636e; letter-spacing: .04em; }
.box { stroke-width: 1.2; }
.function { fill: #fff3e0; stroke: #d9822b; } .queue { fill: #fce8f1; stroke: #c2417f; }
.store { fill: #e6f4ea; stroke: #3b8a4e; } .edge { fill: #ede7fb; stroke: #7a55c7; }
.outside { fill: #f6f8fa; stroke: #8c959f; } .band { fill: #f6f8fa; opacity: .75; }
.line { stroke: #6e7781; stroke-width: 1.3; fill: none; } .lock { fill: #3b8a4e; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .small, .heading { fill: #9198a1; }
  .function { fill: #3b2a14; stroke: #e09a4a; } .queue { fill: #3a1c2b; stroke: #e07fae; }
  .store { fill: #15301d; stroke: #5bb873; } .edge { fill: #261d3d; stroke: #a78bea; }
  .outside { fill: #21262d; stroke: #8b949e; } .band { fill: #161b22; }
  .line { stroke: #8b949e; } .lock { fill: #5bb873; }
}
"""


@dataclass(frozen=True, slots=True)
class Parts:
    """What of the template is drawn.

    Attributes:
        functions: what is written below each name.
        queues: names, without dead-letter queues.
        sources: pairs of a queue and the function that it sets off.
        inside: functions in the private network.
    """

    functions: dict[str, str]
    queues: list[str]
    sources: list[tuple[str, str]]
    inside: set[str]


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as outdir:
        PICTURE.write_text(draw(synthesise(PROFILE_CONTEXTS["production"], Path(outdir))))
    print(f"{PICTURE.relative_to(ROOT)} is up to date.")


def parts_of(template: dict[str, Any]) -> Parts:
    """Functions, queues and event sources of a template of the stage ``prod``."""
    prefix = f"docpipe-{PROFILE_CONTEXTS['production']['stage']}-"

    def of_type(kind: str) -> dict[str, Any]:
        return {k: r["Properties"] for k, r in template["Resources"].items() if r["Type"] == kind}

    functions = {k: p for k, p in of_type("AWS::Lambda::Function").items() if "FunctionName" in p}
    names = {k: p["FunctionName"].removeprefix(prefix) for k, p in functions.items()}
    queues = {k: p["QueueName"].removeprefix(prefix) for k, p in of_type("AWS::SQS::Queue").items()}
    sources = [
        (queues[p["EventSourceArn"]["Fn::GetAtt"][0]], names[p["FunctionName"]["Ref"]])
        for p in of_type("AWS::Lambda::EventSourceMapping").values()
    ]
    return Parts(
        functions={names[k]: f"{p['MemorySize']:,} MB" for k, p in functions.items()},
        queues=[name for name in queues.values() if not name.endswith("-dlq")],
        sources=sources,
        inside={names[k] for k, p in functions.items() if "VpcConfig" in p},
    )


def draw(template: dict[str, Any]) -> str:
    """The picture: the same for the same template.

    Raises:
        KeyError: a function or a queue has no place.
    """
    parts = parts_of(template)
    lines = [*LINES, *((queue, f"λ {function}") for queue, function in parts.sources)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            'aria-label="Architecture of Docpipe on AWS">',
            f"<style>{_STYLE}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path d="M0 0L8 4L0 8z" class="line" style="fill:#8b949e"/></marker></defs>',
            *(_band(*band) for band in BANDS),
            *(_line(start, end) for start, end in lines),
            *_boxes(parts),
            *_legend(),
            "</svg>",
            "",
        ]
    )


def _band(x: int, y: int, width: int, height: int, heading: str) -> str:
    return (
        f'<rect class="band" x="{x}" y="{y}" width="{width}" height="{height}" rx="10"/>'
        f'<text class="heading" x="{x + 12}" y="{y + 18}">{heading}</text>'
    )


def _line(start: str, end: str) -> str:
    """A curve from the side of one box to the facing side of the other."""
    (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
    if abs(x1 - x0) < BOX_WIDTH:
        down = 1 if y1 > y0 else -1
        path = f"M{x0} {y0 + down * BOX_HEIGHT // 2}L{x1} {y1 - down * (BOX_HEIGHT // 2 + 2)}"
    else:
        x0, x1 = x0 + BOX_WIDTH // 2, x1 - BOX_WIDTH // 2 - 2
        bend = (x1 - x0) // 2
        path = f"M{x0} {y0}C{x0 + bend} {y0} {x1 - bend} {y1} {x1} {y1}"
    return f'<path class="line" d="{path}" marker-end="url(#tip)"/>'


def _boxes(parts: Parts) -> Iterator[str]:
    for name, (kind, title, below) in AROUND.items():
        yield _box(name, kind, title, below)
    for queue in parts.queues:
        yield _box(queue, "queue", queue, "", lower=True)
    for function, below in parts.functions.items():
        yield _box(f"λ {function}", "function", f"λ {function}", below, locked=function in parts.inside)


def _box(place: str, kind: str, title: str, below: str, *, locked: bool = False, lower: bool = False) -> str:
    x, y = PLACES[place]
    height = 34 if lower else BOX_HEIGHT
    rounded = height // 2 if kind == "queue" else 7
    title_y = y + 4 if not below else y - 3
    drawn = [
        f'<rect class="box {kind}" x="{x - BOX_WIDTH // 2}" y="{y - height // 2}" width="{BOX_WIDTH}" '
        f'height="{height}" rx="{rounded}"/>',
        f'<text x="{x}" y="{title_y}" text-anchor="middle">{escape(title)}</text>',
    ]
    if below:
        drawn.append(f'<text class="small" x="{x}" y="{y + 13}" text-anchor="middle">{escape(below)}</text>')
    if locked:
        drawn.append(f'<circle class="lock" cx="{x + BOX_WIDTH // 2 - 9}" cy="{y - height // 2 + 9}" r="4"/>')
    return "".join(drawn)


def _legend() -> Iterator[str]:
    yield '<text class="small" x="250" y="569" text-anchor="middle">every change of a document</text>'
    yield '<path class="line" d="M326 565L342 565" marker-end="url(#tip)"/>'
    yield '<circle class="lock" cx="26" cy="752" r="4"/>'
    told = (
        "in the private network, reads and writes PostgreSQL · every queue has a dead-letter queue · λ dead_letter "
        "looks through them, λ sweep sends again what was lost",
        "λ ocr writes pictures of pages to S3 results · CloudFront shows results by links that λ api signs, with keys "
        "of λ link_keys",
        "λ deliver finds in DynamoDB who is connected, and what was sent already · all logs and metrics go to "
        "CloudWatch",
    )
    for row, text in enumerate(told):
        yield f'<text class="small" x="36" y="{756 + 16 * row}">{text}</text>'


if __name__ == "__main__":
    main()
