"""Webhooks from a document to its receiver, on the running system; and a function that dies in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from docpipe.domain.webhooks import signature
from local.client import Client
from local.environment import Environment
from local.runtime import Runtime
from local.samples import Sheet, make_samples
from local.samples.sheets import Look
from local.topology import Topology, load_topology
from tests.support.receivers import Receiver, receiver, status
from tests.support.runtimes import shared_folder, wait_for

pytestmark = pytest.mark.xdist_group("command-line")

_SHEETS = (Sheet(Look.DIGITAL, ("A letter of one page that has its text in it.",)),)
_SHORT_S = 10
"""How long the deliver function may run here, so that a call that died with it is soon made again."""


_ALL = {"document.queued", "document.processing", "document.assembling", "document.completed"}
"""Events of a document from queue to end."""


def impatient() -> Topology:
    topology = load_topology()
    functions, queues = dict(topology.functions), dict(topology.queues)
    functions["deliver"] = functions["deliver"].model_copy(update={"timeout_s": _SHORT_S})
    queues["webhooks"] = queues["webhooks"].model_copy(update={"visibility_timeout_s": _SHORT_S})
    return topology.model_copy(update={"functions": functions, "queues": queues})


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with shared_folder() as folder, Runtime(folder, topology=impatient()) as running:
        make_samples(folder / "samples", _SHEETS)
        yield running


@pytest.fixture
def client(runtime: Runtime) -> Iterator[Client]:
    with Client(runtime.api_url, runtime.token()) as client:
        yield client


def post(runtime: Runtime, path: str, body: object = None) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {runtime.token()}"}
    answer = httpx.post(runtime.api_url + path, json=body, headers=headers, timeout=60, trust_env=False)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def add(runtime: Runtime, told: Receiver) -> dict[str, Any]:
    return post(runtime, "/webhooks", {"url": f"{told.url}/hook"})


def ping(runtime: Runtime, webhook: dict[str, Any]) -> None:
    post(runtime, f"/webhooks/{webhook['webhook_id']}/test")


def deliveries(client: Client, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/webhooks/{webhook['webhook_id']}/deliveries")["deliveries"]
    return found


def caller_of(handler: BaseHTTPRequestHandler, runtime: Runtime) -> Environment:
    """The environment that a request came from: several may be busy at a time."""
    (caller,) = [each for each in runtime.environments() if _holds(each, handler.client_address)]
    return caller


def _holds(environment: Environment, address: tuple[str, int]) -> bool:
    """Whether the near end of a connection is in the hand of this environment; others may end while they are asked."""
    try:
        return any(held.laddr == address for held in psutil.Process(environment.pid).net_connections("tcp"))
    except psutil.Error:
        return False


def test_a_receiver_is_told_of_a_document_from_queue_to_end(runtime: Runtime, client: Client) -> None:
    scan = runtime.folder.parent / "samples" / "clinic-letters.pdf"
    with receiver() as told:
        webhook = add(runtime, told)
        created = client.create(filename=scan.name, byte_size=scan.stat().st_size)
        client.upload(created.upload, scan)
        # Each by a message of its own, in any order.
        wait_for(lambda: {json.loads(request.body)["type"] for request in told.received} >= _ALL)
        wait_for(lambda: sum(one["delivered_at"] is not None for one in deliveries(client, webhook)) == len(_ALL))
    events = [json.loads(request.body) for request in told.received]
    assert {event["data"]["document_id"] for event in events} == {created.document_id}
    assert {event["type"] for event in events} == _ALL
    for request, event in zip(told.received, events, strict=True):
        assert request.headers["Docpipe-Event-Id"] == event["id"]
        signed = request.headers["Docpipe-Signature"]
        sent_at = int(signed.partition(",")[0].removeprefix("t="))
        assert signed == signature([webhook["secret"]], timestamp=sent_at, body=request.body)


def test_what_failed_is_tried_again_by_the_sweeper_when_it_is_due(runtime: Runtime, client: Client) -> None:
    webhook: dict[str, Any] = {}

    def fail(handler: BaseHTTPRequestHandler) -> None:
        # A test is tried once; an event of a document is tried again.
        _set(runtime, webhook, "event = 'document.completed'")
        status(500)(handler)

    with receiver(fail, status(204)) as told:
        webhook |= add(runtime, told)
        ping(runtime, webhook)
        wait_for(lambda: deliveries(client, webhook)[0]["next_attempt_at"])
        _set(runtime, webhook, "next_attempt_at = now()")
        assert runtime.run_schedule("sweep").error is None
        wait_for(lambda: deliveries(client, webhook)[0]["delivered_at"])
    (delivery,) = deliveries(client, webhook)
    assert (delivery["attempts"], delivery["answered"]) == (2, 204)
    first, second = told.received
    assert first.body == second.body
    assert [one.headers["Docpipe-Attempt"] for one in told.received] == ["1", "2"]


def test_a_function_that_dies_after_its_call_makes_it_again_under_the_same_id(runtime: Runtime, client: Client) -> None:
    """The receiver has the event and the function has no answer: nobody can know, so it comes again."""

    def kill(handler: BaseHTTPRequestHandler) -> None:
        caller_of(handler, runtime).kill()
        handler.connection.close()

    with receiver(kill, status(204)) as told:
        webhook = add(runtime, told)
        ping(runtime, webhook)
        wait_for(lambda: deliveries(client, webhook)[0]["delivered_at"])
    first, second = told.received
    assert first.headers["Docpipe-Event-Id"] == second.headers["Docpipe-Event-Id"]
    assert [one.headers["Docpipe-Attempt"] for one in told.received] == ["1", "1"]
    assert first.body == second.body
    (delivery,) = deliveries(client, webhook)
    assert delivery["attempts"] == 1


def test_neither_address_nor_secret_is_logged(runtime: Runtime, client: Client) -> None:
    with receiver(status(204)) as told:
        webhook = post(runtime, "/webhooks", {"url": f"{told.url}/Quernstone?key=Quernstone"})
        ping(runtime, webhook)
        wait_for(lambda: deliveries(client, webhook)[0]["delivered_at"])
    logs = "".join(path.read_text(errors="replace") for path in (Path(runtime.folder) / "logs").iterdir())
    assert "deliver" in logs
    assert "Quernstone" not in logs
    assert "whsec" not in logs


def _set(runtime: Runtime, webhook: dict[str, Any], change: str) -> None:
    with psycopg.connect(runtime.database_url) as connection:
        connection.execute(
            f"UPDATE webhook_deliveries SET {change} WHERE webhook_id = %s",
            (webhook["webhook_id"],),
        )
