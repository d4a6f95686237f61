"""News for open pages: one for each document however many events came, the newest, and nothing that was read."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from docpipe.adapters.postgres.measurements import PostgresMeasurements
from docpipe.adapters.postgres.notifications import PostgresNotifications
from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.adapters.postgres.pushes import PostgresPushes
from docpipe.adapters.postgres.tenants import PostgresRateLimiter
from docpipe.adapters.postgres.webhook_deliveries import PostgresWebhookDeliveries
from docpipe.bootstrap.notify import Telling
from docpipe.domain.errors import QueueError
from docpipe.domain.limits import REQUESTS
from docpipe.messages import Push, parse
from docpipe.pipeline.measure_document import Measuring
from docpipe.pipeline.notify import Notification
from docpipe.pipeline.publish import Publisher
from docpipe.pipeline.push_news import Pushing, push_places
from functions.notify.handler import handle
from tests.support.api import Client, Surroundings
from tests.support.fakes import FakeMeter, FakeQueues
from tests.support.invocations import Context, sqs_event
from tests.support.records import Records, reading

FIELDS = {
    *("type", "document_id", "revision", "status", "stage", "retryable", "page_count", "pages_done"),
    *("pages_failed", "queue_position", "eta", "code", "message", "mean_confidence", "cost_usd"),
}


class Pages:
    """The notify function over the real tables; what open pages would be told stays in a queue."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.queues = FakeQueues()
        self.pushing = Pushing(PostgresPushes(records.database), self.queues)
        self.publisher = Publisher(PostgresOutbox(records.database), self.queues)
        self.telling = Telling(
            notification=Notification(
                PostgresNotifications(records.database),
                PostgresWebhookDeliveries(records.database),
                self.publisher,
            ),
            pushing=self.pushing,
            measuring=Measuring(store=PostgresMeasurements(records.database), meter=FakeMeter()),
        )

    def handle_events(self) -> int:
        """Have notify handle what waits, as one batch; returns how many events there were."""
        self.publisher.flush()
        events = self.queues.messages.pop("events", [])
        handle(sqs_event("events", *events), Context(), self.telling)
        return len(events)

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Tenant and message of everything pushed since the last look."""
        bodies = [parse(body) for body in self.queues.messages.pop("deliveries", [])]
        return [(body.tenant_id, message) for body in bodies if isinstance(body, Push) for message in body.messages]

    def tell_at_once(self) -> None:
        """As if nobody had been told of places for a while."""
        self.records.execute("UPDATE queue_news SET told_at = now() - interval '1 minute'")


@pytest.fixture
def pages(records: Records) -> Pages:
    records.follow("tenant-a", "tenant-b")
    return Pages(records)


def of(told: list[tuple[str, dict[str, Any]]], document_id: UUID) -> list[dict[str, Any]]:
    return [message for _, message in told if message["document_id"] == str(document_id)]


def test_many_events_of_a_document_make_one_message_with_the_newest(records: Records, pages: Pages) -> None:
    document_id = records.completed(3, failed=(2,))
    assert pages.handle_events() >= 4
    ((tenant_id, message),) = pages.told()
    document = records.document(document_id)
    assert tenant_id == "tenant-a"
    assert message == {
        "type": "document",
        "document_id": str(document_id),
        "revision": document["revision"],
        "status": "completed_with_failures",
        "stage": "done, some pages failed",
        "retryable": True,
        "page_count": 3,
        "pages_done": 2,
        "pages_failed": 1,
        "queue_position": None,
        "eta": None,
        "code": None,
        "message": None,
        "mean_confidence": 90.0,
        "cost_usd": document["cost_microusd"] / 1_000_000,
    }


def test_news_of_a_page_tell_how_far_its_document_has_come(records: Records, pages: Pages) -> None:
    document_id = records.queued(3)
    claim = records.claimed(records.chunk_ids(document_id)[0])
    pages.handle_events()
    pages.told()
    progress = records.chunks.save_page(claim, reading(1), f"documents/{document_id}/pages/0001.jpg")
    pages.publisher.progress(document_id, progress)
    pages.publisher.progress(document_id, progress)
    pages.handle_events()
    ((_, message),) = pages.told()
    assert (message["status"], message["pages_done"], message["queue_position"]) == ("processing", 1, None)
    assert message["eta"]["latest_s"] >= message["eta"]["earliest_s"] >= 0


def test_news_that_nobody_waits_for_are_not_made(records: Records, pages: Pages) -> None:
    ended, waiting = records.completed(1, tenant_id="tenant-c"), records.queued(2, tenant_id="tenant-c")
    claim = records.claimed(records.chunk_ids(waiting)[0])
    assert not records.chunks.save_page(claim, reading(1), None).followed
    assert pages.handle_events() > 0
    assert push_places(pages.pushing) == 0
    assert pages.told() == []
    assert pages.pushing.store.changed([ended, waiting]) == []
    records.follow("tenant-c")
    assert records.chunks.save_page(claim, reading(2), None).followed
    assert {view.tenant_id for view in pages.pushing.store.changed([ended, waiting])} == {"tenant-c"}


def test_a_page_that_synced_longer_ago_than_a_connection_lives_is_not_told(records: Records, pages: Pages) -> None:
    document_id = records.queued(2)
    records.execute("UPDATE rate_buckets SET refilled_at = now() - interval '7801 seconds'")
    assert pages.pushing.store.changed([document_id]) == []
    records.execute("UPDATE rate_buckets SET refilled_at = now() - interval '7700 seconds'")
    assert len(pages.pushing.store.changed([document_id])) == 1


def test_other_requests_than_syncs_follow_nothing(records: Records) -> None:
    document_id = records.queued(1)
    PostgresRateLimiter(records.database).take("tenant-a", REQUESTS)
    assert PostgresPushes(records.database).changed([document_id]) == []


def test_each_tenant_is_told_of_its_own(records: Records, pages: Pages) -> None:
    first, second = records.completed(1), records.completed(1, tenant_id="tenant-b")
    pages.handle_events()
    assert {(tenant, message["document_id"]) for tenant, message in pages.told()} == {
        ("tenant-a", str(first)),
        ("tenant-b", str(second)),
    }


def test_those_that_wait_are_told_of_their_new_places_in_the_same_revision(records: Records, pages: Pages) -> None:
    first, second, third = records.queued(1), records.queued(1), records.queued(1, tenant_id="tenant-b")
    pages.handle_events()
    told = pages.told()
    assert [of(told, each)[-1]["queue_position"] for each in (first, second, third)] == [1, 2, 3]
    pages.tell_at_once()
    records.claimed(records.chunk_ids(first)[0])
    pages.handle_events()
    told = pages.told()
    assert [of(told, each)[-1]["queue_position"] for each in (first, second, third)] == [None, 1, 2]
    assert of(told, second)[-1]["revision"] == records.document(second)["revision"]
    assert {tenant for tenant, message in told if message["document_id"] == str(third)} == {"tenant-b"}


def test_places_are_told_now_and_then_and_by_the_sweeper_at_last(records: Records, pages: Pages) -> None:
    documents = [records.queued(1) for _ in range(3)]
    pages.handle_events()
    pages.told()
    records.claimed(records.chunk_ids(documents[0])[0])
    pages.handle_events()
    assert {message["document_id"] for _, message in pages.told()} == {str(documents[0])}
    assert push_places(pages.pushing) == 0
    pages.tell_at_once()
    assert push_places(pages.pushing) == 2
    assert [message["queue_position"] for _, message in pages.told()] == [1, 2]
    assert push_places(pages.pushing) == 0


def test_the_next_of_many_are_told(records: Records, pages: Pages) -> None:
    documents = [records.queued(1) for _ in range(30)]
    assert push_places(pages.pushing) == 25
    assert [message["document_id"] for _, message in pages.told()] == [str(each) for each in documents[:25]]


def test_with_nobody_waiting_nobody_is_told(records: Records, pages: Pages) -> None:
    records.completed(1)
    assert push_places(pages.pushing) == 0
    assert records.rows("SELECT 1 FROM queue_news") == []


def test_news_that_cannot_be_sent_bring_the_events_back_and_mail_nobody_twice(records: Records, pages: Pages) -> None:
    records.completed(1, email="owner@example.org")
    pages.publisher.flush()
    events = sqs_event("events", *pages.queues.messages.pop("events"))
    real = pages.queues.send

    def refuse_news(envelopes: Any) -> None:
        if any('"kind":"push"' in envelope.body for envelope in envelopes):
            raise QueueError("The queue does not take messages. Try again.")
        real(envelopes)

    pages.queues.send = refuse_news  # type: ignore[method-assign]
    with pytest.raises(QueueError):
        handle(events, Context(), pages.telling)
    pages.queues.send = real  # type: ignore[method-assign]
    handle(events, Context(), pages.telling)
    kinds = [json.loads(body)["kind"] for body in pages.queues.messages["deliveries"]]
    assert sorted(kinds) == ["mail", "push"]


def test_an_erased_document_is_told_to_be_gone(records: Records, aws_credentials: None) -> None:
    client = Client(Surroundings(records))
    document_id = records.completed(1)
    assert client.respond("DELETE", f"/documents/{document_id}")["statusCode"] == 204
    (push,) = [parse(body) for body in client.around.queues.messages["deliveries"]]
    assert push == Push(tenant_id="tenant-a", messages=({"type": "gone", "document_id": str(document_id)},))


def test_events_of_what_is_gone_tell_nobody_anything(records: Records, pages: Pages) -> None:
    assert pages.pushing.store.changed([uuid4()]) == []


def test_no_name_and_no_text_is_among_the_news(records: Records, pages: Pages) -> None:
    document_id = records.completed(1, text="hypertension")
    records.rows("UPDATE documents SET filename = 'hypertension.pdf' WHERE id = %s RETURNING 1", document_id)
    pages.handle_events()
    told = pages.told()
    assert set(told[0][1]) == FIELDS
    assert "hypertension" not in json.dumps(told)
