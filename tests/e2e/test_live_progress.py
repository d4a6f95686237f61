"""Live progress on the running system: a page that follows documents over its WebSocket, from queue to end."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from local.client import Client
from local.front.tokens import Principal
from local.runtime import Runtime
from local.samples import Sheet, make_samples
from local.samples.sheets import Look
from tests.support.runtimes import PATIENCE_S, shared_folder

pytestmark = pytest.mark.xdist_group("command-line")

DOCUMENTS = 8
_SHEETS = tuple(Sheet(Look.TYPED, (f"This is page {number}.", "It is one of three.")) for number in (1, 2, 3))


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with shared_folder() as folder, Runtime(folder) as running:
        make_samples(folder / "samples", _SHEETS)
        yield running


@contextmanager
def page_of(runtime: Runtime, principal: Principal) -> Iterator[ClientConnection]:
    """A page that is open, and has been told where things stand."""
    url = f"{runtime.url.replace('http', 'ws', 1)}/ws"
    offered = [Subprotocol(each) for each in ("docpipe", f"bearer.{runtime.token(principal)}")]
    # The first connection waits for the functions behind it to be started.
    with connect(url, subprotocols=offered, open_timeout=PATIENCE_S, ping_interval=None, proxy=None) as page:
        page.send(json.dumps({"action": "sync", "known": {}}))
        assert json.loads(page.recv(PATIENCE_S))["type"] == "snapshot"
        yield page


def somebody() -> Principal:
    """Somebody of a tenant of their own, who is told nothing of what other tests have left behind."""
    return Principal(tenant_id=f"tenant-{uuid4().hex[:12]}")


def news(page: ClientConnection, *, until: str) -> list[dict[str, Any]]:
    """What a page is told, up to the first message of a status or type."""
    told: list[dict[str, Any]] = []
    deadline = time.monotonic() + PATIENCE_S
    while not told or until not in (told[-1].get("status"), told[-1]["type"]):
        told.append(json.loads(page.recv(max(0.1, deadline - time.monotonic()))))
    return told


def test_a_page_sees_its_document_move_and_end_and_go(runtime: Runtime) -> None:
    scan, owner = runtime.folder.parent / "samples" / "clinic-letters.pdf", somebody()
    with Client(runtime.api_url, runtime.token(owner)) as client, page_of(runtime, owner) as page:
        created = client.create(filename=scan.name, byte_size=scan.stat().st_size)
        client.upload(created.upload, scan)
        told = news(page, until="completed")
        headers = {"authorization": f"Bearer {runtime.token(owner)}"}
        httpx.delete(f"{runtime.api_url}/documents/{created.document_id}", headers=headers, timeout=60, trust_env=False)
        gone = news(page, until="gone")[-1]
    assert {message["document_id"] for message in told} == {created.document_id}
    assert told[-1]["pages_done"] == 3
    assert told[-1]["mean_confidence"] > 50
    assert not [message for message in told if "filename" in message]
    assert gone == {"type": "gone", "document_id": created.document_id}


def test_a_page_sees_its_documents_wait_and_move_and_end(runtime: Runtime) -> None:
    # Changes of one document that follow each other closely are told as one. Of so many at once some do wait a while.
    scan, owner = runtime.folder.parent / "samples" / "clinic-letters.pdf", somebody()
    with Client(runtime.api_url, runtime.token(owner)) as client, page_of(runtime, owner) as page:
        created = [client.create(filename=scan.name, byte_size=scan.stat().st_size) for _ in range(DOCUMENTS)]
        for each in created:
            client.upload(each.upload, scan)
        told: list[dict[str, Any]] = []
        while len({message["document_id"] for message in told if message["status"] == "completed"}) < DOCUMENTS:
            told += news(page, until="completed")
    assert {message["document_id"] for message in told} == {each.document_id for each in created}
    assert {"queued", "processing", "completed"} <= {message["status"] for message in told}
    assert any(message["queue_position"] for message in told if message["status"] == "queued")


def test_a_page_is_told_nothing_of_another_tenant(runtime: Runtime) -> None:
    scan = runtime.folder.parent / "samples" / "clinic-letters.pdf"
    owner, stranger = somebody(), somebody()
    with (
        Client(runtime.api_url, runtime.token(owner)) as client,
        page_of(runtime, owner) as own,
        page_of(runtime, stranger) as other,
    ):
        created = client.create(filename=scan.name, byte_size=scan.stat().st_size)
        client.upload(created.upload, scan)
        news(own, until="completed")
        other.send(json.dumps({"action": "ping"}))
        assert json.loads(other.recv(PATIENCE_S)) == {"type": "pong"}
