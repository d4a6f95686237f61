"""Live progress over the whole runtime: a real WebSocket, real tokens, a document read from upload to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from local.client import ApiError, Client
from local.front.tokens import LocalIssuer, Principal
from local.runtime import Runtime
from local.samples import Samples, make_samples
from tests.integration.test_tenant_isolation import QUERIES, ROUTES, body_of
from tests.support.runtimes import PATIENCE_S, shared_folder, wait_for

pytestmark = pytest.mark.xdist_group("live")

OWNER, STRANGER = Principal(tenant_id="owner"), Principal(tenant_id="stranger", subject="somebody-else", role="admin")
ENDED = ("completed", "completed_with_failures", "failed")


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with shared_folder() as folder, Runtime(folder) as running:
        yield running


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return make_samples(tmp_path_factory.mktemp("samples"))


class Page:
    """An open page: what a browser does, and what it was told."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.told: list[dict[str, Any]] = []

    def hear(self, timeout_s: float = PATIENCE_S) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.connection.recv(timeout_s))
        self.told.append(message)
        return message

    def sync(self, known: dict[str, int] | None = None) -> dict[str, Any]:
        self.connection.send(json.dumps({"action": "sync", "known": known or {}}))
        return self._until("snapshot")

    def ping(self) -> None:
        self.connection.send(json.dumps({"action": "ping"}))
        self._until("pong")

    def _until(self, kind: str) -> dict[str, Any]:
        while (message := self.hear())["type"] != kind:
            pass
        return message

    def watch(self, document_id: str) -> list[dict[str, Any]]:
        """What is told of a document until it has ended, without what is older than what was told before."""
        taken: list[dict[str, Any]] = []
        while not taken or taken[-1]["status"] not in ENDED:
            message = self.hear()
            if message.get("document_id") == document_id and message["revision"] >= _revision(taken):
                taken.append(message)
        return taken


def _revision(taken: list[dict[str, Any]]) -> int:
    return int(taken[-1]["revision"]) if taken else 0


@contextmanager
def page(runtime: Runtime, token: str) -> Iterator[Page]:
    offered = [Subprotocol("docpipe"), Subprotocol(f"bearer.{token}")]
    url = f"{runtime.url.replace('http', 'ws', 1)}/ws"
    with connect(url, subprotocols=offered, open_timeout=PATIENCE_S, ping_interval=None, proxy=None) as connection:
        assert connection.subprotocol == "docpipe"
        yield Page(connection)


def somebody(name: str, **more: Any) -> Principal:
    """Somebody of a tenant of their own, who sees nothing of what an earlier run of a test has left behind."""
    return Principal(tenant_id=f"{name}-{uuid4().hex[:12]}", **more)


def uploaded(client: Client, path: Path) -> str:
    created = client.create(filename=path.name, byte_size=path.stat().st_size, languages="eng")
    client.upload(created.upload, path)
    return created.document_id


def ended(client: Client, document_id: str) -> None:
    """Wait until nothing more happens to a document."""
    wait_for(lambda: client.document(document_id).status in ENDED)


def test_a_document_is_watched_page_by_page_and_by_its_own_tenant_alone(runtime: Runtime, samples: Samples) -> None:
    watcher, bystander = somebody("watcher"), somebody("bystander", role="admin")
    with (
        Client(runtime.api_url, partial(runtime.token, watcher)) as client,
        page(runtime, runtime.token(watcher)) as own,
        page(runtime, runtime.token(bystander)) as strange,
    ):
        assert own.sync()["documents"] == strange.sync()["documents"] == []
        document_id = uploaded(client, samples.scan)
        told = own.watch(document_id)

        assert told[-1]["status"] == "completed"
        # Places in the queue change without a revision.
        revisions = [each["revision"] for each in told]
        # News that follow each other closely come as one: how many there are depends on the machine.
        assert len(set(revisions)) >= 3
        assert {"queued", "processing"} & {each["status"] for each in told}
        done = [each["pages_done"] for each in told]
        assert done == sorted(done)
        assert [count for count in set(done) if 0 < count < told[-1]["page_count"]]
        assert samples.scan.name not in json.dumps(told)

        # Whatever was meant for the stranger has come before this answer.
        strange.ping()
        assert {message["type"] for message in strange.told} == {"snapshot", "pong"}


def test_a_page_that_was_away_is_told_what_it_missed(runtime: Runtime, samples: Samples) -> None:
    owner = somebody("owner")
    with Client(runtime.api_url, partial(runtime.token, owner)) as client:
        with page(runtime, runtime.token(owner)) as before:
            before.sync()
            created = client.create(filename=samples.protected.name, byte_size=samples.protected.stat().st_size)
            document_id = created.document_id
            # Before it is uploaded: it may have failed by the time that anybody asks.
            seen = client.get(f"/documents/{document_id}")["revision"]
            client.upload(created.upload, samples.protected)
        ended(client, document_id)
        with page(runtime, runtime.token(owner)) as again:
            (document,) = again.sync({document_id: seen})["documents"]
            assert (document["status"], document["code"]) == ("failed", "file_encrypted")
            assert document == client.get(f"/documents/{document_id}")
            assert again.sync({document_id: document["revision"]})["documents"] == []
            assert httpx.delete(
                f"{runtime.api_url}/documents/{document_id}",
                headers={"authorization": f"Bearer {runtime.token(owner)}"},
                timeout=PATIENCE_S,
                trust_env=False,
            ).is_success
            assert document_id in again.sync({document_id: document["revision"]})["gone"]


def test_nobody_connects_without_a_good_token(runtime: Runtime) -> None:
    issuer = runtime.issuer
    bad = {
        "expired": issuer.issue(OWNER, lifetime_s=-3_600),
        "forged": LocalIssuer(runtime.url).issue(OWNER),
        "none": "",
    }
    for name, token in bad.items():
        with pytest.raises(InvalidStatus) as refused, page(runtime, token):
            pytest.fail(name)
        assert refused.value.response.status_code == 403


def test_a_form_that_is_used_again_changes_nothing(runtime: Runtime, samples: Samples) -> None:
    with Client(runtime.api_url, partial(runtime.token, somebody("replayed"))) as client:
        created = client.create(filename="letters.pdf", byte_size=samples.scan.stat().st_size)
        address = f"/documents/{created.document_id}"
        client.upload(created.upload, samples.scan)
        ended(client, created.document_id)
        before, text = client.get(address), client.get(f"{address}/text")
        assert (before["status"], before["page_count"]) == ("completed", 6)
        client.upload(created.upload, samples.damaged)
        # What is uploaded later is looked at later: by its end, the other has been too.
        ended(client, uploaded(client, samples.damaged))
        assert client.get(address) == before
        assert client.get(f"{address}/text") == text
        # Nor does it bring back what was deleted.
        assert client._send("DELETE", address).status_code == 204
        client.upload(created.upload, samples.scan)
        ended(client, uploaded(client, samples.damaged))
        assert client.get("/search", q="HARBOUR")["hits"] == []
        with pytest.raises(ApiError, match="no such document"):
            client.get(address)


def test_a_strangers_token_opens_nothing_of_the_owner_on_any_route(runtime: Runtime, samples: Samples) -> None:
    with Client(runtime.api_url, partial(runtime.token, OWNER)) as client:
        document_id = uploaded(client, samples.damaged)
        ended(client, document_id)
        before = client.get(f"/documents/{document_id}")
        ids = {
            "document_id": document_id,
            "batch_id": document_id,
            "webhook_id": document_id,
            "event_id": document_id,
            "page_number": "1",
        }
        headers = {"authorization": f"Bearer {runtime.token(STRANGER)}"}
        with httpx.Client(base_url=runtime.api_url, headers=headers, timeout=60, trust_env=False) as stranger:
            for method, path in ROUTES:
                address = f"{path.format(**ids)}?{QUERIES.get(path, '')}"
                answer = stranger.request(method, address, json=body_of(method, path))
                assert document_id not in answer.text, (method, path)
                assert answer.status_code == 404 if "_id}" in path else answer.is_success, (method, path, answer.text)
        assert client.get(f"/documents/{document_id}") == before
        with page(runtime, runtime.token(STRANGER)) as strange:
            snapshot = strange.sync({document_id: 0})
            assert document_id not in [each["document_id"] for each in snapshot["documents"]]
            assert snapshot["gone"] == [document_id]
