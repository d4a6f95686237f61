"""What the pipeline survives, over the whole runtime: killed workers, repeated messages, lost storage, redrives.

The real handlers run in processes of their own, as Lambda runs them, over real queues, storage and
database; only leases are shorter, so that nobody waits a minute.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from botocore.exceptions import ClientError
from psycopg.rows import dict_row

from docpipe.domain import lanes
from local.answers import Document
from local.client import Client
from local.names import queue_url_prefix, resource_name
from local.runtime import Runtime
from local.topology import Topology, load_topology
from tests.support import pages
from tests.support.runtimes import shared_folder, wait_for

pytestmark = pytest.mark.xdist_group("survival")

_LEASE_S = "10"


def quick_leases() -> Topology:
    """The stack's topology, with leases that end soon."""
    topology = load_topology()
    functions = {
        name: spec.model_copy(update={"environment": {**spec.environment, "LEASE_SECONDS": _LEASE_S}})
        if "LEASE_SECONDS" in spec.environment
        else spec
        for name, spec in topology.functions.items()
    }
    return topology.model_copy(update={"functions": functions})


class Site:
    """A running system, seen by its user and by its operator."""

    def __init__(self, runtime: Runtime, folder: Path) -> None:
        self.runtime = runtime
        self.client = Client(runtime.api_url, runtime.token)
        self.sqs = runtime.client("sqs")
        self._folder = folder

    def scan(self, page_count: int, full: int | None = None) -> Path:
        """A scan of letters; page ``full`` has four times as many lines, and takes as much longer to read."""
        sheets = [
            pages.scan(dpi=150, lines=(f"Sheet number {number}", *pages.LINES * (4 if number == full else 1)))
            for number in range(1, page_count + 1)
        ]
        return pages.scanned_pdf(self._folder / f"{page_count}.pdf", *sheets, dpi=150)

    def upload(self, path: Path) -> str:
        created = self.client.create(filename=path.name, byte_size=path.stat().st_size, languages="eng")
        self.client.upload(created.upload, path)
        return str(created.document_id)

    def until_read(self, document_id: str, pages_done: int) -> None:
        """Wait in the database, which answers sooner than the API: what follows has to come before the last page."""
        wait_for(
            lambda: self.rows("SELECT 1 FROM documents WHERE id = %s AND pages_done >= %s", document_id, pages_done)
        )

    def until(self, document_id: str, reached: Callable[[Document], bool]) -> Document:
        def look() -> Document | None:
            document = self.client.document(document_id)
            return document if reached(document) else None

        return wait_for(look)  # type: ignore[return-value]

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.runtime.database_url, row_factory=dict_row) as connection:
            return connection.execute(sql, values).fetchall()

    def url(self, queue: str) -> str:
        return f"{queue_url_prefix(self.runtime.endpoint_url)}{queue}"

    def redrive(self, queue: str) -> int:
        """Move the messages of a dead-letter queue back, as SQS's StartMessageMoveTask does on AWS; tells how many.

        One that the schedule is just looking at is not to be seen.
        """
        received = self.sqs.receive_message(QueueUrl=self.url(f"{queue}-dlq"), MaxNumberOfMessages=10)
        for message in received.get("Messages", []):
            self.sqs.send_message(QueueUrl=self.url(queue), MessageBody=message["Body"])
            self.sqs.delete_message(QueueUrl=self.url(f"{queue}-dlq"), ReceiptHandle=message["ReceiptHandle"])
        return len(received.get("Messages", []))

    def held(self, queue: str) -> int:
        """Messages in a queue, those in somebody's hand included."""
        counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        found = self.sqs.get_queue_attributes(QueueUrl=self.url(queue), AttributeNames=list(counts))["Attributes"]
        return sum(int(found[count]) for count in counts)

    def until_nothing_is_under_way(self, document_id: str) -> None:
        wait_for(lambda: all_rows_are_at_rest(self, document_id) and not any(map(self.held, lanes.WORK_QUEUES)))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with shared_folder() as folder, Runtime(folder, topology=quick_leases()) as runtime:
        yield Site(runtime, folder)


def emptied_and_deleted(s3: Any, bucket: str) -> bool:
    """Whether a bucket could be deleted; an object that was stored meanwhile keeps it."""
    stored = s3.list_object_versions(Bucket=bucket)
    for version in [*stored.get("Versions", []), *stored.get("DeleteMarkers", [])]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    try:
        s3.delete_bucket(Bucket=bucket)
    except ClientError:
        return False
    return True


@contextmanager
def no_results_are_taken(site: Site) -> Iterator[None]:
    """Within the block storage refuses every result."""
    s3, bucket = site.runtime.client("s3"), resource_name("results")
    wait_for(lambda: emptied_and_deleted(s3, bucket))
    try:
        yield
    finally:
        s3.create_bucket(Bucket=bucket)


def ended(document: Document) -> bool:
    return document.finished_at is not None


def test_a_worker_killed_in_the_middle_loses_no_page_and_repeats_none(site: Site) -> None:
    document_id = site.upload(site.scan(12))
    site.until_read(document_id, 2)
    before = site.rows("SELECT page_number, created_at FROM pages WHERE document_id = %s", document_id)
    (victim,) = [one for one in site.runtime.environments() if one.function == "ocr-small" and one.busy]
    os.kill(victim.pid, signal.SIGKILL)
    document = site.until(document_id, ended)
    assert (document.status, document.pages_done, document.pages_failed) == ("completed", 12, 0)
    after = site.rows("SELECT page_number, created_at FROM pages WHERE document_id = %s ORDER BY 1", document_id)
    assert [row["page_number"] for row in after] == list(range(1, 13))
    assert [row for row in after if row in before] == sorted(before, key=lambda row: row["page_number"])
    chunks = site.rows("SELECT status, lane, first_page, last_page FROM chunks WHERE document_id = %s", document_id)
    assert {chunk["status"] for chunk in chunks} == {"split", "done"}
    # The page that was in hand went alone, to the lane with most memory.
    (suspect,) = [chunk for chunk in chunks if chunk["lane"] == "ocr-large"]
    assert suspect["first_page"] == suspect["last_page"]


def kill_readers() -> int:
    """Kill the page workers of this process's runtime that have a document open; tells how many."""
    killed = 0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "docpipe.workers.main" not in process.cmdline():
                continue
            if any(Path(file.path).name == "document" for file in process.open_files()):
                process.kill()
                killed += 1
    return killed


@contextmanager
def poison(site: Site, document_id: str, page_number: int) -> Iterator[None]:
    """Within the block, whoever reads this page is killed."""
    over = threading.Event()
    in_hand = "SELECT 1 FROM chunks WHERE document_id = %s AND status = 'processing' AND %s = ANY (pages_in_hand)"

    def watch() -> None:
        while not over.wait(0.03):
            if site.rows(in_hand, document_id, page_number):
                kill_readers()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def all_rows_are_at_rest(site: Site, document_id: str) -> bool:
    """Whether nothing is held or unsent any more, and the counts are those of the pages."""
    counted = """SELECT 1 FROM documents d WHERE id = %s AND attempt_token IS NULL
                 AND pages_done = (SELECT count(*) FROM pages WHERE document_id = d.id AND source <> 'failed')
                 AND pages_failed = (SELECT count(*) FROM pages WHERE document_id = d.id AND source = 'failed')"""
    held = """SELECT 1 FROM chunks WHERE document_id = %s
              AND (attempt_token IS NOT NULL OR pages_in_hand <> '{}' OR status NOT IN ('done', 'split'))"""
    unsent = "SELECT 1 FROM events WHERE document_id = %s AND published_at IS NULL"
    return (
        bool(site.rows(counted, document_id))
        and not site.rows(held, document_id)
        and not site.rows(unsent, document_id)
    )


def test_a_page_worker_that_is_killed_in_mid_page_is_replaced_and_its_page_read_again(site: Site) -> None:
    document_id = site.upload(site.scan(12))
    site.until_read(document_id, 1)
    wait_for(kill_readers)
    document = site.until(document_id, ended)
    assert (document.status, document.pages_done, document.pages_failed) == ("completed", 12, 0)
    assert len(site.rows("SELECT 1 FROM chunks WHERE document_id = %s", document_id)) == 1
    wait_for(lambda: all_rows_are_at_rest(site, document_id))


def test_a_page_that_ends_its_worker_each_time_fails_and_the_others_are_read(site: Site) -> None:
    # A full page: whoever is to be killed while they read it has to be found in that time.
    document_id = site.upload(site.scan(4, full=3))
    with poison(site, document_id, 3):
        document = site.until(document_id, ended)
    assert document.status == "completed_with_failures"
    (failed,) = site.rows(
        "SELECT page_number, error_code FROM pages WHERE document_id = %s AND page_number = 3", document_id
    )
    assert failed["error_code"] == "page_worker_died"
    wait_for(lambda: all_rows_are_at_rest(site, document_id))


def test_every_message_twice_gives_the_same_outcome(site: Site) -> None:
    document_id = site.upload(site.scan(3))
    site.until(document_id, ended)
    site.until_nothing_is_under_way(document_id)
    outcome = site.rows("SELECT * FROM pages WHERE document_id = %s ORDER BY page_number", document_id)
    document = site.rows("SELECT * FROM documents WHERE id = %s", document_id)
    for message in site.rows(
        "SELECT queue, body::text AS body FROM events WHERE document_id = %s ORDER BY position", document_id
    ):
        site.sqs.send_message(QueueUrl=site.url(message["queue"]), MessageBody=message["body"])
    upload = {"eventName": "ObjectCreated:Post", "s3": {"object": {"key": f"uploads/{document_id}"}}}
    site.sqs.send_message(QueueUrl=site.url("intake"), MessageBody=json.dumps({"Records": [upload]}))
    site.until_nothing_is_under_way(document_id)
    assert site.rows("SELECT * FROM pages WHERE document_id = %s ORDER BY page_number", document_id) == outcome
    assert site.rows("SELECT * FROM documents WHERE id = %s", document_id) == document


def test_what_was_given_up_waits_in_the_dead_letter_queue_and_a_redrive_reads_only_the_rest(site: Site) -> None:
    site.sqs.purge_queue(QueueUrl=site.url("ocr-small-dlq"))
    document_id = site.upload(site.scan(12))
    site.until_read(document_id, 2)
    with no_results_are_taken(site):
        document = site.until(document_id, ended)
    assert (document.status, document.code) == ("failed", "attempts_exhausted")
    assert "Nothing is lost" in str(document.message)
    (chunk,) = site.rows("SELECT attempt, error_code FROM chunks WHERE document_id = %s", document_id)
    assert (chunk["attempt"], chunk["error_code"]) == (3, "attempts_exhausted")
    wait_for(lambda: site.held("ocr-small-dlq") == 1)
    before = site.rows("SELECT page_number, created_at FROM pages WHERE document_id = %s", document_id)
    assert len(before) >= 2
    wait_for(lambda: site.redrive("ocr-small"))
    site.until(document_id, lambda document: document.status in ("processing", "assembling", "completed"))
    after = site.rows("SELECT page_number, created_at FROM pages WHERE document_id = %s", document_id)
    assert all(row in after for row in before)
    document = site.until(document_id, ended)
    assert (document.status, document.pages_done) == ("completed", 12)
    assert site.held("ocr-small-dlq") == 0


def test_a_message_that_is_none_of_ours_waits_for_an_operator_and_holds_nobody_up(site: Site) -> None:
    site.sqs.purge_queue(QueueUrl=site.url("ocr-small-dlq"))
    site.sqs.send_message(QueueUrl=site.url("ocr-small"), MessageBody="gibberish")
    document_id = site.upload(site.scan(1))
    assert site.until(document_id, ended).status == "completed"
    wait_for(lambda: site.held("ocr-small-dlq") == 1)

    def seen() -> bool:
        record = site.runtime.run_schedule("dead_letter")
        assert record.error is None
        assert record.response is not None
        return bool(record.response["unreadable"] >= 1)

    # The schedule may just be looking at it, and hide it meanwhile; on a slow machine it may be seen twice.
    wait_for(seen)
    assert site.held("ocr-small-dlq") == 1
    site.sqs.purge_queue(QueueUrl=site.url("ocr-small-dlq"))
