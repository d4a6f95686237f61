"""The live function on the real database: what a page that was away is told, and what another tenant is not."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from docpipe.adapters.postgres.news import PostgresNews
from docpipe.adapters.postgres.tenants import PostgresRateLimiter
from docpipe.domain.limits import SYNCS
from docpipe.pipeline.follow_documents import ANSWER_BYTES, Following
from functions.live.handler import handle
from functions.live.messages import MOST_KNOWN
from tests.support.fakes import FakeConnections
from tests.support.invocations import Context
from tests.support.records import Records


class Page:
    """An open page, as API Gateway tells the function of it."""

    def __init__(
        self, records: Records, tenant_id: str = "tenant-a", connections: FakeConnections | None = None
    ) -> None:
        self.tenant_id = tenant_id
        self.connections = connections or FakeConnections()
        database = records.database
        self._deps = Following(self.connections, PostgresNews(database), PostgresRateLimiter(database))

    def event(self, route: str, body: object = None, **more: Any) -> dict[str, Any]:
        about = {"routeKey": route, "connectionId": "one=", "authorizer": {"tenant_id": self.tenant_id}}
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        return handle({"requestContext": about, "body": text, **more}, Context(), self._deps)

    def say(self, message: object, route: str = "$default") -> dict[str, Any]:
        answer = self.event(route, message)
        assert answer["statusCode"] == 200
        said: dict[str, Any] = json.loads(answer["body"])
        return said

    def sync(self, **known: int) -> dict[str, Any]:
        return self.say({"action": "sync", "known": known}, "sync")


@pytest.fixture
def page(records: Records) -> Page:
    return Page(records)


def ids(snapshot: dict[str, Any]) -> list[str]:
    return [document["document_id"] for document in snapshot["documents"]]


def revision(records: Records, document_id: UUID) -> int:
    (row,) = records.rows("SELECT revision FROM documents WHERE id = %s", document_id)
    return int(row["revision"])


def test_a_connection_is_noted_and_its_subprotocol_chosen(page: Page) -> None:
    answer = page.event("$connect", headers={"Sec-WebSocket-Protocol": "docpipe, bearer.token"})
    assert answer == {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "docpipe"}}
    assert page.connections.of("tenant-a", limit=10) == ["one="]
    page.event("$disconnect")
    assert page.connections.of("tenant-a", limit=10) == []


def test_no_subprotocol_is_chosen_that_was_not_offered(page: Page) -> None:
    assert page.event("$connect", headers={"sec-websocket-protocol": "bearer.token"})["headers"] == {}


def test_a_first_sync_gives_what_is_unfinished(page: Page, records: Records) -> None:
    waiting = records.queued(3, tenant_id="tenant-a")
    records.completed(1, tenant_id="tenant-a")
    snapshot = page.sync()
    assert (snapshot["type"], snapshot["complete"], snapshot["gone"]) == ("snapshot", True, [])
    (document,) = snapshot["documents"]
    assert document["document_id"] == str(waiting)
    assert document["status"] == "queued"
    assert (document["queue_position"], document["page_count"]) == (1, 3)
    assert document["revision"] == revision(records, waiting)


def test_a_sync_gives_what_is_newer_than_what_is_known(page: Page, records: Records) -> None:
    ended, waiting = records.completed(1, tenant_id="tenant-a"), records.queued(1, tenant_id="tenant-a")
    known = {str(ended): revision(records, ended) - 1, str(waiting): revision(records, waiting)}
    assert ids(page.sync(**known)) == [str(ended)]
    known[str(ended)] += 1
    assert ids(page.sync(**known)) == []


def test_what_is_gone_is_told(page: Page, records: Records) -> None:
    gone, there = uuid4(), records.completed(1, tenant_id="tenant-a")
    snapshot = page.sync(**{str(gone): 3, str(there): revision(records, there)})
    assert (snapshot["gone"], snapshot["documents"]) == ([str(gone)], [])


def test_another_tenants_documents_are_neither_shown_nor_told_from_none(records: Records) -> None:
    owned = records.queued(1, tenant_id="tenant-a")
    snapshot = Page(records, "tenant-b").sync(**{str(owned): 0})
    assert (snapshot["documents"], snapshot["gone"]) == ([], [str(owned)])


def test_many_documents_come_in_answers_of_bounded_size(page: Page, records: Records) -> None:
    documents = {str(records.queued(1, tenant_id="tenant-a")) for _ in range(70)}
    records.rows("UPDATE documents SET filename = repeat('ü', 255) RETURNING 1")
    known: dict[str, int] = {}
    answers = 0
    while True:
        answer = page.event("sync", {"action": "sync", "known": known})
        assert len(answer["body"].encode()) < 32 * 1_024
        snapshot = json.loads(answer["body"])
        fresh = {document["document_id"]: document["revision"] for document in snapshot["documents"]}
        assert fresh
        assert not fresh.keys() & known.keys()
        known |= fresh
        answers += 1
        if snapshot["complete"]:
            break
    assert known.keys() == documents
    assert answers > 70 * 600 // ANSWER_BYTES


def test_a_sync_has_a_connection_noted_that_was_forgotten(page: Page) -> None:
    page.sync()
    assert page.connections.of("tenant-a", limit=10) == ["one="]


def test_a_ping_is_answered(page: Page) -> None:
    assert page.say({"action": "ping"}, "ping") == {"type": "pong"}


@pytest.mark.parametrize(
    "message",
    [
        None,
        "",
        "hello",
        "[]",
        {},
        {"action": "delete"},
        {"action": "sync", "known": []},
        {"action": "sync", "known": {"no id": 1}},
        {"action": "sync", "known": {str(uuid4()): -1}},
        {"action": "sync", "known": {str(uuid4()): 2**63}},
        {"action": "sync", "known": {str(uuid4()): "1 OR 1=1"}},
        {"action": "sync", "known": {str(uuid4()): 1 for _ in range(MOST_KNOWN + 1)}},
        {"action": "sync", "tenant_id": "tenant-b"},
    ],
)
def test_what_is_not_understood_is_said_to_be(page: Page, message: object) -> None:
    said = page.say(message)
    assert (said["type"], said["code"]) == ("error", "live_message_invalid")
    assert "tenant-b" not in said["message"]


def test_the_most_that_may_be_known_fits_into_a_frame() -> None:
    known = {str(uuid4()): 10_000 for _ in range(MOST_KNOWN)}
    assert len(json.dumps({"action": "sync", "known": known}, separators=(",", ":"))) < 32 * 1_024


def test_a_tenant_that_asks_too_often_is_told_to_wait(page: Page) -> None:
    said: dict[str, Any] = {}
    for _ in range(int(SYNCS.burst) + 100):
        said = page.sync()
        if said["type"] == "error":
            break
    assert said["code"] == "rate_limited"
