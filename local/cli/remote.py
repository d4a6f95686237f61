"""The commands ``upload``, ``status``, ``text`` and ``search``: for any API of Docpipe, deployed or local.

Exit status, as of ``run``: 0 when all went well, 1 when a document failed or a request was refused, 2 when
the command cannot be understood, 130 when it was interrupted.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text

from docpipe.domain.document import DocumentStatus
from docpipe.domain.roles import Role
from local.cli.app import AsJson, Files, Language, Outputs, Pdfa, app
from local.cli.batch import Wishes
from local.cli.following import Following, stage_of
from local.cli.tokens import token_of
from local.client import ApiError, Client, size_of
from local.paths import told

_INTERRUPTED: Final = 130
"""Exit status of a command that was ended by Ctrl-C, as shells have it: 128 and the signal's number."""

Api = Annotated[str, typer.Option("--api", envvar="DOCPIPE_API", help="Address of the API.")]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar="DOCPIPE_TOKEN",
        help="Bearer token; better given by the variable. A runtime of this machine gives one by itself.",
        show_default=False,
    ),
]
DocumentId = Annotated[str, typer.Argument(metavar="DOCUMENT", help="Id of a document.", show_default=False)]

_LOCAL: Final = "http://127.0.0.1:8000/api"


@app.command()
def upload(
    files: Files,
    *,
    language: Language = None,
    outputs: Outputs = None,
    pdfa: Pdfa = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until every document has ended.")] = False,
    api: Api = _LOCAL,
    token: Token = None,
    as_json: AsJson = False,
) -> None:
    """Upload files to an API, and wait for them with --wait. Prints a line a document."""
    wishes = Wishes(language, tuple(outputs or ()), pdfa=pdfa)
    good = [file for file in files if not _refused(file)]
    interrupted = False
    with _session(api, token) as client, Following(client, good) as following:
        try:
            following.upload(wishes)
            if wait:
                following.wait()
        except KeyboardInterrupt:
            interrupted = True
    documents = following.documents
    for document in documents:
        _print(document, as_json=as_json)
    if interrupted:
        if documents:
            typer.echo("What was sent is read all the same: ./docpipe status DOCUMENT tells how far it is.", err=True)
        raise typer.Exit(_INTERRUPTED)
    ended_badly = {DocumentStatus.FAILED, DocumentStatus.EXPIRED, DocumentStatus.CANCELLED}
    ended_badly.add(DocumentStatus.COMPLETED_WITH_FAILURES)
    if len(good) < len(files) or any(document["status"] in ended_badly for document in documents):
        raise typer.Exit(1)


@app.command()
def status(document: DocumentId, api: Api = _LOCAL, token: Token = None, as_json: AsJson = False) -> None:
    """Say where a document stands."""
    with _session(api, token) as client:
        _print(client.get(f"/documents/{document}"), as_json=as_json)


@app.command()
def text(document: DocumentId, api: Api = _LOCAL, token: Token = None, as_json: AsJson = False) -> None:
    """Print the text of a document as far as it has been read: pages parted by form feeds, or a JSON line a page."""
    with _session(api, token) as client:
        after: int | None = 0
        while after is not None:
            answer = client.get(f"/documents/{document}/text", after=after)
            for page in answer["pages"]:
                typer.echo(json.dumps(page, ensure_ascii=False) if as_json else f"{page['text']}\f", nl=as_json)
            after = answer["next_after"]


@app.command(name="token")
def print_token(
    role: Annotated[Role, typer.Option(help="What its bearer may do.")] = Role.MEMBER,
    tenant: Annotated[str, typer.Option(help="Whose documents its bearer sees.")] = "local",
    api: Api = _LOCAL,
) -> None:
    """Print a bearer token of a runtime of this machine, for an hour: DOCPIPE_TOKEN=$(./docpipe token)."""
    token = token_of(api, role=role, tenant=tenant)
    if token is None:
        typer.echo("local_only: This API is not of this machine. Its users get tokens where they sign in.", err=True)
        raise typer.Exit(1)
    try:
        typer.echo(token())
    except ApiError as error:
        typer.echo(f"{error.code}: {error.message}", err=True)
        raise typer.Exit(1) from error


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="As in a web search.", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, max=50, help="Hits at most.")] = 20,
    api: Api = _LOCAL,
    token: Token = None,
    as_json: AsJson = False,
) -> None:
    """Search in all documents: words, "phrases", or, and -without. Exit status 1 when nothing is found."""
    with _session(api, token) as client:
        hits = client.get("/search", q=" ".join(words), limit=limit)["hits"]
    screen = Console(highlight=False)
    for hit in hits:
        if as_json:
            typer.echo(json.dumps(hit, ensure_ascii=False))
            continue
        found = Text(f"{hit['filename']}, page {hit['page_number']}  {hit['document_id']}\n", style="")
        found.stylize("bold")
        for piece in hit["snippet"]:
            # Line ends of the page are of no use in a line that is cut out of it.
            found.append(re.sub(r"\s+", " ", piece["text"]), style="reverse" if piece["match"] else "not bold")
        screen.print(found, soft_wrap=not screen.is_terminal)
    if not hits:
        raise typer.Exit(1)


@contextmanager
def _session(api: str, token: str | None) -> Iterator[Client]:
    """A client; a request that is refused ends the command with its sentence on stderr."""
    try:
        with Client(api, token or token_of(api)) as client:
            yield client
    except ApiError as error:
        typer.echo(f"{error.code}: {error.message}", err=True)
        raise typer.Exit(1) from error


def _refused(file: Path) -> bool:
    """Whether a file is none that an API takes; says so. The others go on without it."""
    try:
        size_of(file)
    except ApiError as error:
        typer.echo(f"{told(file)}: {error.code}: {error.message}", err=True)
        return True
    return False


def _print(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    pages = f"{document['pages_done']}/{document['page_count']} pages" if document["page_count"] else ""
    facts = [document["document_id"], document["filename"], stage_of(document), pages, document["message"] or ""]
    sys.stdout.write("  ".join(fact for fact in facts if fact) + "\n")
