"""The commands ``run``, ``demo`` and ``up``."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from docpipe.domain.outputs import Output
from docpipe.domain.roles import Role
from local.cli.batch import Wishes, run_batch
from local.cli.demo import demo_jobs, report_demo
from local.cli.display import display_of
from local.cli.jobs import Job, OutputError, jobs_for
from local.cli.results import summary
from local.client import Client
from local.errors import LocalRuntimeError
from local.front.tokens import Principal
from local.paths import told
from local.processes import PROJECT_ROOT
from local.runtime import Runtime

_LANGUAGES: Final = re.compile(r"[A-Za-z_]{3,20}(\+[A-Za-z_]{3,20}){0,4}")

# A traceback with local variables would show what is in the documents.
app = typer.Typer(
    help="Reads scans and PDFs as the deployed pipeline would, on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _checked_languages(languages: str | None) -> str | None:
    if languages is not None and not _LANGUAGES.fullmatch(languages):
        raise typer.BadParameter("Name up to five languages as Tesseract does, joined by '+': eng or eng+spa.")
    return languages


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        exists=True,
        dir_okay=False,
        readable=True,
        help="PDF, JPEG, PNG, TIFF, HEIC, AVIF, WebP, BMP, GIF or JPEG 2000; any number.",
        show_default=False,
    ),
]
Out = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", file_okay=False, help="Folder for the results: one folder a file.", show_default=False
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        callback=_checked_languages,
        help="Languages of the text, as Tesseract names and joins them: eng+spa. Without, the usual ones.",
        show_default=False,
    ),
]
Outputs = Annotated[
    list[Output] | None,
    typer.Option("--output", help="A further file with the words and their boxes; may be given again."),
]
Pdfa = Annotated[bool, typer.Option("--pdfa", help="Make the searchable PDF a PDF/A-2b.")]
Priority = Annotated[bool, typer.Option("--priority", help="Use the priority lane.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line a document on stdout, nothing else there.")]


@app.command()
def run(
    files: Files,
    out: Out,
    *,
    language: Language = None,
    outputs: Outputs = None,
    pdfa: Pdfa = False,
    priority: Priority = False,
    as_json: AsJson = False,
) -> None:
    """Read files: text, words with boxes and confidence, page images and a searchable PDF of each.

    Exit status: 0 when every document is completed, 1 when one is not, 2 when the command cannot be understood.
    """
    jobs = _jobs(files, out)
    screen = Console(stderr=True)
    role = Role.PREMIUM if priority else Role.MEMBER
    with _session(screen, role=role) as (_, client):
        for job in _run(jobs, Wishes(language, tuple(outputs or ()), pdfa=pdfa), client, screen):
            if as_json:
                line = {**summary(job), "file": told(job.source), "folder": told(job.folder)}
                typer.echo(json.dumps(line, ensure_ascii=False))
    if not as_json:
        for job in jobs:
            typer.echo(_in_a_line(job))
    if not all(job.completed for job in jobs):
        raise typer.Exit(1)


@app.command()
def demo(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="A file in place of the samples."),
    ] = None,
    language: Language = None,
) -> None:
    """Run the whole pipeline on sample scans, or on a file, and show what came of it."""
    screen = Console()
    jobs = demo_jobs(file, PROJECT_ROOT / "out")
    with _session(screen) as (runtime, client):
        for _ in _run(jobs, Wishes(language), client, screen):
            pass
        report_demo(jobs, runtime, screen)
    # The samples hold two files that have to fail.
    if not jobs[0].completed:
        raise typer.Exit(1)


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Port of all of it; 0 for any that is free.", min=0, max=65_535)] = 8000,
) -> None:
    """Keep the runtime running until Ctrl-C, for other programs to use."""
    screen = Console()
    with _session(screen, port=port) as (runtime, _):
        for what, where in (
            ("Page", runtime.url),
            ("HTTP API", runtime.api_url),
            ("Token for it", f"{runtime.url}/local/token"),
            ("S3, SQS, SES", runtime.endpoint_url),
            ("PostgreSQL", runtime.database_url),
            ("Logs", runtime.folder / "logs"),
        ):
            screen.print(f"{what:<14}{where}", markup=False, highlight=False, soft_wrap=True)
        screen.print("Ctrl-C ends it.", style="dim")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            screen.print("Ending.", style="dim")


def _jobs(files: Sequence[Path], out: Path) -> list[Job]:
    """Jobs for the files, once it is certain that their results can be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        return jobs_for(files, out)
    except OutputError as error:
        raise typer.BadParameter(str(error), param_hint="'--out'") from error
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written to: {error.strerror}.", param_hint="'--out'") from error


@contextmanager
def _session(screen: Console, *, port: int = 0, role: Role = Role.MEMBER) -> Iterator[tuple[Runtime, Client]]:
    """A running runtime and a client of its API."""
    try:
        with ExitStack() as stack:
            with screen.status("Starting PostgreSQL, the AWS emulator and the functions ..."):
                runtime = stack.enter_context(Runtime(PROJECT_ROOT, port=port))
            yield runtime, stack.enter_context(Client(runtime.api_url, partial(runtime.token, Principal(role=role))))
    except (LocalRuntimeError, OSError) as error:
        typer.echo(f"Docpipe stopped: {error}", err=True)
        raise typer.Exit(1) from error


def _run(jobs: Sequence[Job], wishes: Wishes, client: Client, screen: Console) -> Iterator[Job]:
    """Run a batch under a display of its progress."""
    with display_of(jobs, screen) as display:
        yield from run_batch(jobs, wishes, client, on_look=display.look)


def _in_a_line(job: Job) -> str:
    facts = [str(job.status).replace("_", " ")]
    about = summary(job)
    if job.problem is not None:
        facts.append(f"{job.problem[0]}: {job.problem[1]}")
    elif about["page_count"]:
        facts.append("1 page" if about["page_count"] == 1 else f"{about['page_count']} pages")
        if about["mean_confidence"] is not None:
            facts.append(f"confidence {about['mean_confidence']:.1f} %")
    if about["suggested_languages"]:
        facts.append(f"seems to be in another language: try --language {about['suggested_languages']}")
    return f"{told(job.source)}: {', '.join(facts)} -> {told(job.folder)}"
