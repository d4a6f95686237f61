"""Who is told: each document or batch once, whatever comes twice, late, or at the same time."""

from __future__ import annotations

import json
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.lifecycle import PostgresLifecycle
from docpipe.adapters.postgres.notifications import PostgresNotifications
from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.adapters.postgres.webhook_deliveries import PostgresWebhookDeliveries
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import DatabaseError, QueueError
from docpipe.messages import BatchNotice, DocumentEvent, DocumentNotice, MailDelivery, parse
from docpipe.pipeline.notify import Notification, notify
from docpipe.pipeline.publish import Publisher
from tests.support.fakes import FakeQueues
from tests.support.invocations import Clock
from tests.support.records import USAGE, Records, reading

OWNER = "owner@example.org"


class Told:
    """Notification over the real store; what it sends stays in a queue."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.queues = FakeQueues()
        publisher = Publisher(PostgresOutbox(records.database), self.queues)
        self.deps = Notification(
            store=PostgresNotifications(records.database),
            webhooks=PostgresWebhookDeliveries(records.database),
            publisher=publisher,
        )

    def of(self, *events: DocumentEvent, receive_count: int = 1) -> list[str]:
        invocation = Clock().invocation(receive_count=receive_count)
        return [notify(event, invocation, self.deps) for event in events]

    def of_all(self, document_id: UUID) -> None:
        """Every event of a document so far."""
        self.of(*events_of(self.records, document_id))

    @property
    def mails(self) -> list[MailDelivery]:
        sent = [parse(body) for body in self.queues.messages["deliveries"]]
        return [message for message in sent if isinstance(message, MailDelivery)]


@pytest.fixture
def told(records: Records) -> Told:
    return Told(records)


def events_of(records: Records, document_id: UUID) -> list[DocumentEvent]:
    rows = records.rows(
        "SELECT body FROM events WHERE document_id = %s AND queue = 'events' ORDER BY position", document_id
    )
    found = [parse(json.dumps(row["body"])) for row in rows]
    return [event for event in found if isinstance(event, DocumentEvent)]


def last_event(records: Records, document_id: UUID) -> DocumentEvent:
    return events_of(records, document_id)[-1]


def retried(records: Records, document_id: UUID) -> DocumentEvent:
    """The failed page of a document is read after all: its new last event."""
    PostgresLifecycle(records.database).retry("tenant-a", document_id, actor="owner")
    for chunk in records.rows("SELECT id, generation FROM chunks WHERE status = 'queued'"):
        claim = records.claimed(chunk["id"], generation=chunk["generation"])
        for page in claim.unfinished:
            records.chunks.save_page(claim, reading(page), "documents/x/pages/0001.jpg")
        records.chunks.finish(claim, USAGE)
    records.assemble(document_id)
    return last_event(records, document_id)


def test_an_owner_is_told_once_however_often_the_event_comes(records: Records, told: Told) -> None:
    event = last_event(records, records.completed(2, email=OWNER))
    assert told.of(event, event, event) == ["ordered 1", "ordered 0", "ordered 0"]
    (mail,) = told.mails
    assert mail.recipient == OWNER
    assert mail.notice == DocumentNotice(
        document_id=event.document_id, status=DocumentStatus.COMPLETED, page_count=2, pages_failed=0, reason=None
    )


def test_the_address_is_forgotten_once_the_message_is_sent(records: Records, told: Told) -> None:
    told.of(last_event(records, records.completed(1, email=OWNER)))
    assert told.mails[0].recipient == OWNER
    bodies = records.rows("SELECT body::text AS body FROM events")
    assert not [row for row in bodies if OWNER in row["body"]]


def test_what_was_ordered_and_could_not_be_sent_is_sent_later(records: Records, told: Told) -> None:
    event = last_event(records, records.completed(1, email=OWNER))
    told.queues.fails = True
    with pytest.raises(QueueError):
        told.of(event)
    told.queues.fails = False
    assert told.of(event, receive_count=2) == ["ordered 0"]
    assert len(told.mails) == 1


def test_news_that_concern_nobody_have_nothing_sent(records: Records, told: Told) -> None:
    event = last_event(records, records.completed(1))
    assert told.of(event) == ["ordered 0"]
    assert not told.queues.messages
    told.of(event, receive_count=2)
    assert told.queues.messages


def test_nobody_is_told_of_a_step_on_the_way(records: Records, told: Told) -> None:
    document_id = records.recognised(1, email=OWNER)
    told.of_all(document_id)
    assert told.mails == []


def test_nobody_is_told_who_left_no_address_or_cancelled(records: Records, told: Told) -> None:
    told.of_all(records.completed(1))
    cancelled = records.queued(1, email=OWNER)
    PostgresLifecycle(records.database).cancel("tenant-a", cancelled, actor="owner")
    told.of_all(cancelled)
    assert told.mails == []


def test_a_tenant_that_wants_no_mail_gets_none(records: Records, told: Told) -> None:
    records.execute("INSERT INTO tenants (tenant_id, email_opt_out) VALUES ('tenant-a', true)")
    batch_id = uuid4()
    told.of_all(records.completed(1, email=OWNER))
    told.of_all(records.completed(1, email=OWNER, batch_id=batch_id))
    told.of_all(records.completed(1, email=OWNER, tenant_id="tenant-b"))
    assert len(told.mails) == 1


def test_a_batch_is_told_of_once_when_the_last_of_it_has_ended(records: Records, told: Told) -> None:
    batch_id = uuid4()
    first = records.completed(1, email=OWNER, batch_id=batch_id)
    last = records.queued(2, email=OWNER, batch_id=batch_id)
    told.of_all(first)
    assert told.mails == []
    PostgresLifecycle(records.database).cancel("tenant-a", last, actor="owner")
    told.of_all(last)
    told.of_all(first)
    (mail,) = told.mails
    assert mail.notice == BatchNotice(
        batch_id=batch_id, counts={DocumentStatus.COMPLETED: 1, DocumentStatus.CANCELLED: 1}
    )


def test_a_batch_of_one_is_told_of_as_a_document(records: Records, told: Told) -> None:
    document_id = records.completed(1, email=OWNER, batch_id=uuid4())
    told.of_all(document_id)
    (mail,) = told.mails
    assert isinstance(mail.notice, DocumentNotice)
    assert mail.notice.document_id == document_id


def test_each_owner_is_told_of_their_own_documents_of_a_batch(records: Records, told: Told) -> None:
    batch_id = uuid4()
    owners = (OWNER, OWNER, "other@example.org", None)
    documents = [records.completed(1, email=owner, batch_id=batch_id) for owner in owners]
    for document_id in documents:
        told.of_all(document_id)
    by_recipient = {mail.recipient: mail.notice for mail in told.mails}
    assert len(told.mails) == 2
    assert by_recipient[OWNER] == BatchNotice(batch_id=batch_id, counts={DocumentStatus.COMPLETED: 2})
    assert isinstance(by_recipient["other@example.org"], DocumentNotice)


def test_a_batch_id_of_another_tenant_is_another_batch(records: Records, told: Told) -> None:
    batch_id = uuid4()
    records.queued(1, email=OWNER, batch_id=batch_id, tenant_id="tenant-b")
    told.of_all(records.completed(1, email=OWNER, batch_id=batch_id))
    assert len(told.mails) == 1


def test_two_last_documents_that_end_together_make_one_mail(records: Records, database_url: str) -> None:
    """Many pairs at once, each pair handled by two functions that start at the same moment."""
    pairs = [
        [last_event(records, records.completed(1, email=OWNER, batch_id=batch_id)) for _ in range(2)]
        for batch_id in (uuid4() for _ in range(20))
    ]
    stores = [PostgresNotifications(Database(database_url)) for _ in range(2)]
    barrier = Barrier(2)
    ordered: list[list[int]] = [[], []]

    def handle(which: int) -> None:
        for pair in pairs:
            barrier.wait()
            ordered[which].append(stores[which].order_for_end(pair[which]))

    threads = [Thread(target=handle, args=(which,)) for which in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [sum(pair) for pair in zip(*ordered, strict=True)] == [1] * len(pairs)


def test_a_document_that_is_retried_after_its_batch_was_told_of_is_told_of_by_itself(
    records: Records, told: Told
) -> None:
    batch_id = uuid4()
    flawed = records.completed(2, failed=(2,), email=OWNER, batch_id=batch_id)
    other = records.completed(1, email=OWNER, batch_id=batch_id)
    told.of_all(flawed)
    told.of_all(other)
    assert len(told.mails) == 1
    event = retried(records, flawed)
    # What was told of before comes again, late and out of order.
    told.of_all(other)
    told.of_all(flawed)
    assert told.of(event) == ["ordered 0"]
    _, again = told.mails
    assert isinstance(again.notice, DocumentNotice)
    assert (again.notice.document_id, again.notice.status) == (flawed, DocumentStatus.COMPLETED)


def test_a_batch_whose_last_document_is_erased_is_told_of_by_the_sweeper(records: Records, told: Told) -> None:
    store, lifecycle = PostgresNotifications(records.database), PostgresLifecycle(records.database)
    told.of_all(records.completed(1, email=OWNER, batch_id=uuid4()))
    assert (len(told.mails), store.order_for_batches_left(ended_s=0)) == (1, 0)
    batch_id = uuid4()
    kept = records.completed(1, email=OWNER, batch_id=batch_id)
    erased = records.queued(1, email=OWNER, batch_id=batch_id)
    told.of_all(kept)
    assert store.order_for_batches_left(ended_s=0) == 0
    lifecycle.stop("tenant-a", erased)
    lifecycle.forget("tenant-a", erased, actor="owner", objects=0)
    assert store.order_for_batches_left(ended_s=300) == 0
    assert [store.order_for_batches_left(ended_s=0) for _ in range(2)] == [1, 0]


def test_an_email_is_sent_anew_from_its_event_and_never_without_its_address(records: Records, told: Told) -> None:
    document_id = records.completed(2, email=OWNER)
    told.of_all(document_id)
    with pytest.raises(DatabaseError, match="23514"):
        records.execute("UPDATE events SET published_at = NULL WHERE queue = 'deliveries'")
    # As the runbook says.
    (event,) = records.rows("DELETE FROM notifications WHERE document_id = %s RETURNING event_id", document_id)
    records.rows("UPDATE events SET published_at = NULL WHERE id = %s RETURNING 1", event["event_id"])
    told.deps.publisher.flush()
    again = parse(told.queues.messages["events"][-1])
    assert isinstance(again, DocumentEvent)
    told.of(again)
    assert [mail.recipient for mail in told.mails] == [OWNER, OWNER]
    assert len({mail.mail_id for mail in told.mails}) == 2
