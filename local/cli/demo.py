"""The demonstration: sample scans, or a file of one's own, and a report of everything that came of them."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from local.cli.display import COLOURS
from local.cli.jobs import RECORD, Job, jobs_for
from local.cli.results import PAGES, SEARCHABLE_PDF, TEXT
from local.emulator import Mail
from local.runtime import Runtime

_PAGES_SHOWN: Final = 12
_TEXT_LINES_SHOWN: Final = 6
_MAIL_PATIENCE_S: Final = 5.0
_SURE, _DOUBTFUL = 85.0, 60.0
"""Confidence from which a page is shown green, and below which it is shown red."""


def demo_jobs(file: Path | None, out: Path) -> list[Job]:
    """The files to show; the first has to complete.

    Args:
        file: one of the user's, or None for samples made now.
        out: folder in which samples and results go.

    Raises:
        OSError: samples cannot be written.
    """
    if file is not None:
        return jobs_for([file], out / "demo")
    # With it comes PyMuPDF, of whose memory the other commands have no use.
    from local.samples import make_samples  # noqa: PLC0415

    samples = make_samples(out / "samples")
    return jobs_for([samples.scan, samples.damaged, samples.protected], out / "demo")


def report_demo(jobs: Sequence[Job], runtime: Runtime, screen: Console) -> None:
    """Print what came of each file, and the e-mails that were sent."""
    for job in jobs:
        screen.print()
        screen.print(Rule(Text(job.name, style="bold"), align="left", style="dim"))
        record = json.loads((job.folder / RECORD).read_text(encoding="utf-8"))
        _report(job, record, screen)
    _report_mails(_mails(runtime, len(jobs)), screen)
    screen.print()
    screen.print("To upload, watch and search in the browser: make up", style="bold")


def _report(job: Job, record: dict[str, Any], screen: Console) -> None:
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim")
    facts.add_column(overflow="fold")
    facts.add_row("Status", Text(job.status.replace("_", " "), style=f"bold {COLOURS.get(job.status, '')}"))
    if job.problem is not None:
        facts.add_row("Reason", f"{job.problem[1]} ({job.problem[0]})")
    if record["page_count"]:
        facts.add_row("Pages", f"{record['page_count']}, tier {record['tier']}")
    if record["mean_confidence"] is not None:
        facts.add_row("Confidence", _confidence(record["mean_confidence"]))
    facts.add_row("Time", f"{job.seconds:.1f} s from upload to result")
    if record["cost"] is not None:
        facts.add_row(
            "Cost on AWS", f"${record['cost']:.6f}  ($1 for {1 / max(record['cost'], 1e-9):,.0f} such documents)"
        )
    for what, name in (
        ("Text", TEXT),
        ("Searchable PDF", SEARCHABLE_PDF),
        ("Page images", PAGES),
        ("All of it", RECORD),
    ):
        if (job.folder / name).exists():
            facts.add_row(what, _shown_path(job.folder / name))
    screen.print(facts)
    if record["pages"]:
        screen.print(Padding(_page_table(record["pages"]), (1, 0, 0, 0)))
        _quote(record["pages"], screen)


def _page_table(pages: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("Page", "Source", "Why"):
        table.add_column(heading)
    for heading in ("Confidence", "Words", "Turned", "Time"):
        table.add_column(heading, justify="right")
    for page in pages[:_PAGES_SHOWN]:
        turned = f"{page['rotation']}°" if page["rotation"] else ""
        table.add_row(
            str(page["number"]),
            page["source"].replace("_", " "),
            page["reason"],
            _confidence(page["mean_confidence"]),
            str(len(page["words"])),
            turned,
            f"{page['duration_ms'] / 1_000:.1f} s",
        )
    if len(pages) > _PAGES_SHOWN:
        table.add_row("…", "", f"and {len(pages) - _PAGES_SHOWN} more in {RECORD}", "", "", "", "")
    return table


def _quote(pages: list[dict[str, Any]], screen: Console) -> None:
    """The beginning of the text, as a taste."""
    lines = [line for page in pages for line in page["text"].splitlines() if line.strip()]
    quoted = Text("\n".join(lines[:_TEXT_LINES_SHOWN]), style="italic", overflow="ellipsis", no_wrap=True)
    if lines:
        screen.print(Padding(quoted, (1, 0, 0, 4)))


def _confidence(value: float | None) -> Text:
    if value is None:
        return Text("-", style="dim")
    colour = "green" if value >= _SURE else "yellow" if value >= _DOUBTFUL else "red"
    return Text(f"{value:.1f} %", style=colour)


def _mails(runtime: Runtime, expected: int) -> list[Mail]:
    """The e-mails sent. They follow the end of a document within moments."""
    deadline = time.monotonic() + _MAIL_PATIENCE_S
    while len(mails := runtime.mailbox()) < expected and time.monotonic() < deadline:
        time.sleep(0.1)
    return mails


def _report_mails(mails: Sequence[Mail], screen: Console) -> None:
    screen.print()
    screen.print(Rule(Text("E-mails sent", style="bold"), align="left", style="dim"))
    table = Table.grid(padding=(0, 2))
    for mail in mails:
        body = mail.text.strip().splitlines()
        table.add_row(
            Text(", ".join(mail.recipients), style="dim"), mail.subject, Text(body[0] if body else "", style="dim")
        )
    screen.print(table if mails else Text("none", style="dim"))


def _shown_path(path: Path) -> str:
    """As short as it can be from where the user stands."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
