"""Outbox, dead letters and the sweeper: nothing is lost, and nothing is sent twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from docpipe.adapters.postgres.awaited_uploads import PostgresAwaitedUploads
from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.lifecycle import PostgresErasures
from docpipe.adapters.postgres.notifications import PostgresNotifications
from docpipe.adapters.postgres.outbox import PostgresOutbox
from docpipe.adapters.postgres.upkeep import PostgresUpkeep
from docpipe.adapters.postgres.webhook_deliveries import PostgresWebhookDeliveries
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import QueueError, StorageError
from docpipe.domain.keys import upload_key
from docpipe.messages import AssemblyReady, ChunkReady, DocumentNotice, MailDelivery, UploadArrived, parse
from docpipe.pipeline.bury_dead_letters import Burial, bury_dead_letters
from docpipe.pipeline.close_uploads import Closing
from docpipe.pipeline.erase_document import Shelves
from docpipe.pipeline.publish import Publisher
from docpipe.pipeline.sweep import Upkeep, sweep
from docpipe.stores import ChunkClaim, Envelope, Refusal, Refused
from tests.support.fakes import FakeObjectStore, FakeQueues
from tests.support.records import LEASE_S, USAGE, Records, granted


def publisher(records: Records, queues: FakeQueues) -> Publisher:
    return Publisher(PostgresOutbox(records.database), queues)


def upkeep(records: Records, queues: FakeQueues) -> Upkeep:
    shelves = Shelves(FakeObjectStore(), FakeObjectStore())
    return Upkeep(
        store=PostgresUpkeep(records.database),
        publisher=publisher(records, queues),
        notifications=PostgresNotifications(records.database),
        webhooks=PostgresWebhookDeliveries(records.database),
        uploads=Closing(PostgresAwaitedUploads(records.database), shelves.uploads),
        erasures=PostgresErasures(records.database),
        shelves=shelves,
    )


def age(records: Records, table: str, column: str, seconds: int) -> None:
    records.rows(f"UPDATE {table} SET {column} = {column} - make_interval(secs => %s) RETURNING 1", seconds)


def test_the_outbox_sends_in_order_and_once(records: Records) -> None:
    document_id = records.queued(150)
    queues = FakeQueues()
    assert publisher(records, queues).flush() == 3
    assert publisher(records, queues).flush() == 0
    first = [parse(body) for body in queues.messages["ocr-large"]]
    chunk_ids = [message.chunk_id for message in first if isinstance(message, ChunkReady)]
    assert chunk_ids == records.chunk_ids(document_id)


def test_what_could_not_be_sent_stays_and_is_sent_later(records: Records) -> None:
    records.queued(3)
    queues = FakeQueues(fails=True)
    with pytest.raises(QueueError):
        publisher(records, queues).flush()
    queues.fails = False
    assert publisher(records, queues).flush() == 2


def test_more_messages_than_one_transaction_takes_are_all_sent(records: Records) -> None:
    for _ in range(30):
        records.queued(1)
    sent: list[list[Envelope]] = []
    assert PostgresOutbox(records.database).publish(lambda envelopes: sent.append(list(envelopes))) == 60
    assert [len(batch) for batch in sent] == [50, 10]
    assert PostgresOutbox(records.database).publish(lambda envelopes: sent.append(list(envelopes))) == 0
    assert len(sent) == 2


def test_two_senders_do_not_send_the_same_message(records: Records, database_url: str) -> None:
    records.queued(3)
    other = PostgresOutbox(Database(database_url))
    sent: list[Envelope] = []

    def send(envelopes: Sequence[Envelope]) -> None:
        sent.extend(envelopes)
        # While the first is sending, a second finds nothing that is free.
        assert other.publish(sent.extend) == 0

    assert PostgresOutbox(records.database).publish(send) == 2
    assert len(sent) == 2


def test_tenants_are_told_apart_by_a_group_that_does_not_name_them(records: Records) -> None:
    for tenant_id in ("alice@example.org", "bob@example.org"):
        records.awaiting(tenant_id=tenant_id)
        records.queued(1, tenant_id=tenant_id)
    groups: set[str | None] = set()
    PostgresOutbox(records.database).publish(lambda envelopes: groups.update(one.group for one in envelopes))
    assert len(groups) == 2
    assert not any("@" in str(group) for group in groups)


def test_dead_letters_fail_their_documents_and_stay_where_they_are(records: Records) -> None:
    waiting, uploaded, done = records.queued(3), records.awaiting(), records.recognised(2)
    queues = FakeQueues()
    chunk = ChunkReady(document_id=waiting, chunk_id=records.chunk_ids(waiting)[0])
    finished_chunk = ChunkReady(document_id=done, chunk_id=records.chunk_ids(done)[0])
    queues.messages["ocr-small-dlq"] = [chunk.model_dump_json(), finished_chunk.model_dump_json(), "gibberish"]
    notification = {"Records": [{"eventName": "ObjectCreated:Post", "s3": {"object": {"key": f"uploads/{uploaded}"}}}]}
    queues.messages["intake-dlq"] = [json.dumps(notification)]
    deps = Burial(PostgresUpkeep(records.database), queues, publisher(records, queues))
    report = bury_dead_letters(deps)
    assert (report.buried, report.unreadable) == (2, 1)
    assert report.waiting == {"intake-dlq": 1, "ocr-small-dlq": 3}
    assert records.document(waiting)["status_code"] == "delivery_exhausted"
    assert records.document(uploaded)["status"] == "failed"
    assert records.document(done)["status"] == "assembling"
    assert len(queues.messages["ocr-small-dlq"]) == 3
    assert bury_dead_letters(deps).buried == 0
    # What is redriven from there is taken up again.
    records.claimed(chunk.chunk_id, generation=chunk.generation)
    assert records.document(waiting)["status"] == "processing"
    granted(records.intake.claim(uploaded, generation=0, lease_s=LEASE_S))


def test_a_chunk_at_work_is_not_buried(records: Records) -> None:
    chunk_id = records.chunk_ids(records.queued(3))[0]
    records.claimed(chunk_id)
    queues = FakeQueues()
    queues.messages["ocr-small-dlq"] = [ChunkReady(document_id=uuid4(), chunk_id=chunk_id).model_dump_json()]
    report = bury_dead_letters(Burial(PostgresUpkeep(records.database), queues, publisher(records, queues)))
    assert report.buried == 0


def test_uploads_that_never_came_expire(records: Records) -> None:
    late, started, fresh = records.awaiting(), records.awaiting(), records.awaiting()
    records.intake.claim(started, generation=0, lease_s=LEASE_S)
    queues = FakeQueues()
    deps = upkeep(records, queues)
    age(records, "documents", "upload_expires_at", 3_600 + 1_000)
    records.rows("UPDATE documents SET upload_expires_at = now() WHERE id = %s RETURNING 1", fresh)
    assert sweep(deps).expired == 1
    assert [records.document(one)["status"] for one in (late, started, fresh)] == [
        "expired",
        "awaiting_upload",
        "awaiting_upload",
    ]
    assert "Upload it again" in records.document(late)["status_reason"]
    assert [json.loads(body)["event"] for body in queues.messages["events"]] == ["document.expired"]


def test_an_upload_whose_event_waits_or_was_lost_is_announced_and_does_not_expire(records: Records) -> None:
    document_id = records.awaiting()
    queues = FakeQueues()
    deps = upkeep(records, queues)
    deps.shelves.uploads.put(upload_key(document_id), b"%PDF-", "application/pdf")
    age(records, "documents", "upload_expires_at", 3_600 + 1_000)
    report = sweep(deps)
    assert (report.expired, report.revived) == (0, 1)
    assert records.document(document_id)["status"] == "awaiting_upload"
    (announced,) = [parse(body) for body in queues.messages["intake"]]
    assert announced == UploadArrived(document_id=document_id)
    # The queue is given as long again before it is told once more.
    assert sweep(deps).revived == 0
    age(records, "documents", "upload_expires_at", 1_000)
    assert sweep(deps).revived == 1


def test_work_that_waited_until_its_message_was_no_longer_kept_is_announced_again(records: Records) -> None:
    document_id = records.queued(3, priority=True)
    queues = FakeQueues()
    deps = upkeep(records, queues)
    sweep(deps)
    queues.messages.clear()
    came_to_lane(records, document_id, ago_s=7 * 86_400)
    assert sweep(deps).revived == 0
    age(records, "chunks", "updated_at", 2 * 86_400)
    assert sweep(deps).revived == 1
    (announced,) = [parse(body) for body in queues.messages["ocr-small-priority"]]
    assert isinstance(announced, ChunkReady)
    assert [announced.chunk_id] == records.chunk_ids(document_id)


def test_a_file_that_comes_after_its_document_expired_does_not_stay(records: Records) -> None:
    """Nobody would see it, and it is health data."""
    document_id = records.awaiting()
    deps = upkeep(records, FakeQueues())
    age(records, "documents", "upload_expires_at", 3_600 + 1_000)
    assert sweep(deps).expired == 1
    deps.shelves.uploads.put(upload_key(document_id), b"%PDF-", "application/pdf")
    assert sweep(deps).erased == 0
    age(records, "erasures", "due_at", 1_300)
    assert sweep(deps).erased == 1
    assert not deps.shelves.uploads.holds(upload_key(document_id))


def test_storage_that_does_not_answer_expires_nothing(records: Records) -> None:
    document_id = records.awaiting()
    deps = upkeep(records, FakeQueues())
    age(records, "documents", "upload_expires_at", 3_600 + 1_000)
    storage = FakeObjectStore()
    storage.fails_with = StorageError("away")
    deps = replace(deps, uploads=replace(deps.uploads, uploads=storage))
    with pytest.raises(StorageError):
        sweep(deps)
    assert records.document(document_id)["status"] == "awaiting_upload"


def test_work_that_lost_its_message_is_announced_again_once(records: Records) -> None:
    queues = FakeQueues()
    deps = upkeep(records, queues)
    chunk_id = records.chunk_ids(records.queued(3))[0]
    records.claimed(chunk_id)
    uploaded, assembling = records.awaiting(), records.recognised(2)
    records.intake.claim(uploaded, generation=0, lease_s=LEASE_S)
    sweep(deps)
    queues.messages.clear()
    assert sweep(deps).revived == 0
    for table in ("documents", "chunks"):
        age(records, table, "lease_until", 7_200)
    records.rows(
        "UPDATE documents SET assembling_at = now() - interval '2 hours' WHERE id = %s RETURNING 1", assembling
    )
    records.execute("ALTER TABLE documents DISABLE TRIGGER documents_guard")
    for table in ("documents", "chunks"):
        age(records, table, "updated_at", 7_200)
    records.execute("ALTER TABLE documents ENABLE TRIGGER documents_guard")
    assert sweep(deps).revived == 3
    assert [parse(body) for body in queues.messages["intake"]] == [UploadArrived(document_id=uploaded)]
    assert {queue: len(bodies) for queue, bodies in queues.messages.items() if queue != "events"} == {
        "intake": 1,
        "ocr-small": 1,
        "assemble": 1,
    }
    assert sweep(deps).revived == 0


def came_to_assembly(records: Records, document_id: UUID, *, ago_s: int) -> None:
    """As if the last page of a document had been read so long ago, and nothing had happened since."""
    records.execute("ALTER TABLE documents DISABLE TRIGGER documents_guard")
    records.rows(
        """UPDATE documents SET assembling_at = now() - make_interval(secs => %s),
                  updated_at = now() - make_interval(secs => %s) WHERE id = %s RETURNING 1""",
        ago_s,
        ago_s,
        document_id,
    )
    records.execute("ALTER TABLE documents ENABLE TRIGGER documents_guard")


def test_assembly_killed_before_its_claim_is_announced_within_minutes(records: Records) -> None:
    store, queues = PostgresUpkeep(records.database), FakeQueues()
    document_id = records.recognised(2)
    deps = upkeep(records, queues)
    sweep(deps)
    queues.messages.clear()
    came_to_assembly(records, document_id, ago_s=100)
    assert (sweep(deps).revived, sweep(deps).revived) == (1, 0)
    assert [parse(body) for body in queues.messages["assemble"]] == [AssemblyReady(document_id=document_id)]
    came_to_assembly(records, document_id, ago_s=400)
    assert store.announce_unbegun(after_s=90, until_s=300) == 0


def test_assembly_that_waits_its_turn_or_was_put_off_is_left_alone(records: Records) -> None:
    store = PostgresUpkeep(records.database)
    earlier, waiting, later = (records.recognised(2) for _ in range(3))
    for document_id, ago_s in ((earlier, 120), (waiting, 110), (later, 100)):
        came_to_assembly(records, document_id, ago_s=ago_s)
    granted(records.assembly.claim(earlier, generation=0, lease_s=LEASE_S))
    assert store.announce_unbegun(after_s=90, until_s=300) == 0
    held = granted(records.assembly.claim(later, generation=0, lease_s=LEASE_S))
    assert store.announce_unbegun(after_s=90, until_s=300) == 1
    records.assembly.release(held, "capacity", counted=False, usage=USAGE)
    came_to_assembly(records, later, ago_s=100)
    came_to_assembly(records, waiting, ago_s=10)
    assert store.announce_unbegun(after_s=90, until_s=300) == 0


def came_to_lane(records: Records, document_id: UUID, *, ago_s: int) -> None:
    """As if the chunks of a document had been planned so long ago, and nothing had happened to them since."""
    records.rows(
        """UPDATE chunks SET created_at = now() - make_interval(secs => %s),
                             updated_at = now() - make_interval(secs => %s)
            WHERE document_id = %s RETURNING 1""",
        ago_s,
        ago_s,
        document_id,
    )


def test_a_chunk_whose_function_was_killed_before_its_claim_is_announced_within_minutes(records: Records) -> None:
    queues = FakeQueues()
    document_id = records.queued(3)
    deps = upkeep(records, queues)
    assert sweep(deps).revived == 0
    queues.messages.clear()
    came_to_lane(records, document_id, ago_s=100)
    assert (sweep(deps).revived, sweep(deps).revived) == (1, 0)
    (chunk_id,) = records.chunk_ids(document_id)
    announced = ChunkReady(document_id=document_id, chunk_id=chunk_id)
    assert [parse(body) for body in queues.messages["ocr-small"]] == [announced]
    # It can be claimed by that message, and by the first one when that comes back.
    records.claimed(chunk_id)
    again = records.chunks.claim(chunk_id, generation=0, lease_s=LEASE_S)
    assert isinstance(again, Refusal)
    assert again.why is Refused.BUSY


def test_a_chunk_is_announced_less_and_less_often_until_its_queue_brings_it_back(records: Records) -> None:
    store, document_id = PostgresUpkeep(records.database), records.queued(3)
    announced_at = []
    for minute in range(1, 30):
        age(records, "chunks", "created_at", 60)
        age(records, "chunks", "updated_at", 60)
        if store.announce_unclaimed(after_s=90, until_s=900):
            announced_at.append(minute)
    assert announced_at == [2, 5, 11]
    assert len(records.rows("SELECT 1 FROM events WHERE document_id = %s AND queue = 'ocr-small'", document_id)) == 4


def test_a_chunk_that_waits_its_turn_or_was_claimed_is_left_alone(records: Records) -> None:
    store = PostgresUpkeep(records.database)
    earlier, waiting, later, foreign = (records.queued(3, tenant_id=tenant) for tenant in ("a", "a", "a", "b"))
    for document_id, ago_s in ((earlier, 400), (waiting, 300), (later, 110), (foreign, 0)):
        came_to_lane(records, document_id, ago_s=ago_s)

    def in_hand(document_id: UUID) -> ChunkClaim:
        (chunk_id,) = records.chunk_ids(document_id)
        return records.claimed(chunk_id)

    held = in_hand(earlier)
    # Of another tenant, and so no sign that anybody was passed over.
    in_hand(foreign)
    assert store.announce_unclaimed(after_s=90, until_s=900) == 0
    in_hand(later)
    assert store.announce_unclaimed(after_s=90, until_s=900) == 1
    # One that was put off comes back by its queue.
    records.chunks.release(held, "capacity", counted=False, usage=USAGE)
    came_to_lane(records, earlier, ago_s=400)
    assert store.announce_unclaimed(after_s=90, until_s=900) == 0


def test_a_dead_letter_that_is_to_be_sent_is_nothing_to_bury(records: Records) -> None:
    queues = FakeQueues()
    notice = DocumentNotice(
        document_id=uuid4(), status=DocumentStatus.COMPLETED, page_count=1, pages_failed=0, reason=None
    )
    mail = MailDelivery(mail_id=uuid4(), recipient="owner@example.org", notice=notice)
    queues.messages["deliveries-dlq"] = [mail.model_dump_json()]
    report = bury_dead_letters(Burial(PostgresUpkeep(records.database), queues, publisher(records, queues)))
    assert (report.buried, report.unreadable, report.waiting) == (0, 0, {"deliveries-dlq": 1})


def test_messages_left_behind_are_sent_by_the_sweeper(records: Records) -> None:
    records.queued(3)
    age(records, "events", "created_at", 60)
    queues = FakeQueues()
    assert sweep(upkeep(records, queues)).sent_late == 2


def test_messages_sent_long_ago_are_deleted(records: Records) -> None:
    records.queued(3)
    queues = FakeQueues()
    publisher(records, queues).flush()
    records.rows("UPDATE events SET published_at = now() - interval '15 days' RETURNING 1")
    sweep(upkeep(records, queues))
    assert records.rows("SELECT 1 FROM events") == []
