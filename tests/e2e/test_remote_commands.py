"""``./docpipe upload``, ``status``, ``text`` and ``search`` against a running API."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from local.cli.tokens import token_of
from local.client import Client
from local.processes import PROJECT_ROOT
from local.runtime import Runtime
from local.samples import Samples, make_samples
from tests.support.commands import Ran, docpipe
from tests.support.runtimes import PATIENCE_S, wait_for

pytestmark = pytest.mark.xdist_group("remote-commands")


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    with Runtime(PROJECT_ROOT, port=0) as runtime:
        yield runtime.api_url


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return make_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def uploaded(api: str, samples: Samples) -> Ran:
    return docpipe("upload", samples.scan, samples.protected, "--wait", "--json", api=api)


def test_files_are_uploaded_as_a_batch_and_waited_for(uploaded: Ran, samples: Samples) -> None:
    scan, protected = uploaded.lines
    assert (scan["filename"], scan["status"], scan["stage"]) == (samples.scan.name, "completed", "done")
    assert (protected["status"], protected["code"]) == ("failed", "file_encrypted")
    assert scan["batch_id"] == protected["batch_id"]
    assert uploaded.exit_status == 1


def test_status_text_and_search_of_what_was_read(api: str, uploaded: Ran) -> None:
    document_id = uploaded.lines[0]["document_id"]
    status = docpipe("status", document_id, "--json", api=api)
    assert (status.exit_status, status.lines[0]["pages_done"]) == (0, uploaded.lines[0]["page_count"])
    text = docpipe("text", document_id, api=api)
    assert text.stdout.count("\f") == uploaded.lines[0]["page_count"]
    word = max(text.stdout.split(), key=lambda each: each.isalpha() * len(each))
    found = docpipe("search", word, "--json", api=api)
    assert document_id in {hit["document_id"] for hit in found.lines}
    matches = [piece["text"].lower() for hit in found.lines for piece in hit["snippet"] if piece["match"]]
    assert word.lower() in matches


def test_a_snippet_is_one_line_when_nobody_looks(api: str, uploaded: Ran) -> None:
    hit = docpipe("search", "clinic", "--limit", "1", api=api)
    heading, snippet = hit.stdout.splitlines()
    assert heading.startswith("clinic-letters.pdf, page ")
    assert "\x1b" not in hit.stdout
    assert "clinic" in snippet.lower()


def test_who_ends_the_waiting_is_told_where_the_documents_stand(api: str, samples: Samples) -> None:
    # More than can be read before the waiting is ended.
    scans = [str(samples.scan)] * 8
    # Whoever started the tests in the background has had interrupts ignored, and that is inherited.
    hearing = ["env", "--default-signal=INT"]
    # Of a tenant of their own: all its documents are these.
    give_token = token_of(api, tenant=f"tenant-{uuid4().hex[:12]}")
    assert give_token is not None
    token = give_token()
    command = [*hearing, str(PROJECT_ROOT / "docpipe"), "upload", *scans, "--wait"]
    running = subprocess.Popen(
        command,
        env={**os.environ, "DOCPIPE_API": api, "DOCPIPE_TOKEN": token},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with Client(api, token) as client:
        wait_for(lambda: len(client.get("/documents")["documents"]) == len(scans))
        # Looked at, the last one too: by then whoever sent them waits.
        wait_for(lambda: all(one["page_count"] for one in client.get("/documents")["documents"]))
    os.killpg(running.pid, signal.SIGINT)
    stdout, stderr = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 130
    assert [line.split("  ")[1] for line in stdout.splitlines()] == [samples.scan.name] * len(scans)
    assert "Traceback" not in stderr
    assert "./docpipe status" in stderr


def test_an_empty_file_is_told_and_keeps_no_other_from_being_uploaded(
    api: str, samples: Samples, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.pdf"
    empty.touch()
    uploaded = docpipe("upload", empty, samples.damaged, "--wait", "--json", api=api)
    assert [line["filename"] for line in uploaded.lines] == [samples.damaged.name]
    assert uploaded.stderr.startswith(f"{empty}: file_empty: The file is empty.")
    assert uploaded.exit_status == 1


def test_exit_statuses_tell_refusals_apart(api: str, tmp_path: Path) -> None:
    unknown = docpipe("status", uuid4(), api=api)
    assert (unknown.exit_status, unknown.stdout) == (1, "")
    assert unknown.stderr.startswith("document_not_found: ")
    assert docpipe("search", "nothing-of-the-kind-anywhere", api=api).exit_status == 1
    assert docpipe("upload", tmp_path / "missing.pdf", api=api).exit_status == 2
    assert docpipe("status", uuid4(), api="http://127.0.0.1:9").stderr.startswith("connection_failed: ")
