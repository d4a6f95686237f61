"""Queues feed functions as on Lambda: what is deleted, what comes back, and when."""

from __future__ import annotations

import base64
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.names import queue_url
from local.runtime import Runtime
from local.topology import Topology
from tests.support.runtimes import Journal, function, queue, source, wait_for

pytestmark = pytest.mark.xdist_group("event-sources")

BATCH = {"batch_size": 3, "batching_window_s": 1}


def consumer(journal: Path, *sources: Any, answer: str | None = None, **more: Any) -> Any:
    environment = {"JOURNAL": str(journal), **({"ANSWER": answer} if answer else {})}
    return function("consume", environment=environment, event_sources=sources, **more)


def topology(journal: Path) -> Topology:
    return Topology(
        queues={
            "plain": queue(),
            "back": queue(3),
            "batch": queue(4),
            "unreported": queue(2),
            "malformed": queue(2),
            "poison": queue(4, dead_letter_queue="poison-dlq", receives=2),
            "poison-dlq": queue(),
            "limited": queue(),
            "slow": queue(2),
            "deadline": queue(3),
            "cpu": queue(8),
            "cpu-priority": queue(8),
            "other": queue(8),
            "other-priority": queue(8),
        },
        functions={
            "plain": consumer(journal, source("plain")),
            "back": consumer(journal, source("back")),
            "batch": consumer(journal, source("batch", **BATCH)),
            "unreported": consumer(journal, source("unreported", report_batch_item_failures=False)),
            "malformed": consumer(
                journal, source("malformed", **BATCH), answer='{"batchItemFailures": [{"itemIdentifier": ""}]}'
            ),
            "poison": consumer(journal, source("poison")),
            "limited": consumer(journal, source("limited", maximum_concurrency=2)),
            "slow": consumer(journal, source("slow")),
            "deadline": consumer(journal, source("deadline"), timeout_s=1),
            "lanes": consumer(journal, source("cpu"), source("cpu-priority"), package="image", memory_mb=1_769),
            "other": consumer(journal, source("other"), source("other-priority"), package="image", memory_mb=5_307),
        },
    )


class Queues:
    """Sends to the queues of a runtime, and asks how many messages they hold."""

    def __init__(self, runtime: Runtime) -> None:
        self._endpoint_url = runtime.endpoint_url
        self._sqs = runtime.client("sqs")

    def send(self, name: str, *bodies: dict[str, Any], **more: Any) -> None:
        entries = [{"Id": str(index), "MessageBody": json.dumps(body), **more} for index, body in enumerate(bodies)]
        self._sqs.send_message_batch(QueueUrl=queue_url(self._endpoint_url, name), Entries=entries)

    def held(self, name: str) -> int:
        """Messages in the queue, visible and in flight."""
        answer = self._sqs.get_queue_attributes(QueueUrl=queue_url(self._endpoint_url, name), AttributeNames=["All"])
        counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(answer["Attributes"][count]) for count in counts)

    def receive(self, name: str) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=queue_url(self._endpoint_url, name), WaitTimeSeconds=5, MessageSystemAttributeNames=["All"]
        )
        return list(answer.get("Messages", []))


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    return Journal(tmp_path_factory.mktemp("journal") / "journal")


@pytest.fixture(scope="module")
def runtime(journal: Journal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    root = tmp_path_factory.mktemp("runtime")
    with Runtime(root, topology=topology(journal.path), database_url="postgresql://unused", concurrency=1) as running:
        yield running


@pytest.fixture
def queues(runtime: Runtime) -> Queues:
    return Queues(runtime)


def test_a_finished_message_is_deleted(queues: Queues, journal: Journal) -> None:
    queues.send("plain", {"name": "done"})
    wait_for(lambda: journal.entries(what="end", name="done"))
    wait_for(lambda: queues.held("plain") == 0)
    assert len(journal.entries(what="start", name="done")) == 1


def test_a_record_has_the_shape_that_lambda_gives_it(queues: Queues, journal: Journal) -> None:
    attributes = {
        "kind": {"DataType": "String", "StringValue": "letter"},
        "digest": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    queues.send("plain", {"name": "shape"}, MessageGroupId="tenant-1", MessageAttributes=attributes)
    record = wait_for(lambda: journal.entries(what="start", name="shape"))[0]["record"]
    assert set(record) == {
        *("messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody"),
        *("eventSource", "eventSourceARN", "awsRegion"),
    }
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:000000000000:docpipe-local-plain"
    assert record["awsRegion"] == "us-east-1"
    system = record["attributes"]
    assert {"ApproximateReceiveCount", "SentTimestamp", "ApproximateFirstReceiveTimestamp", "SenderId"} <= set(system)
    assert (system["ApproximateReceiveCount"], system["MessageGroupId"]) == ("1", "tenant-1")
    assert record["messageAttributes"]["kind"]["stringValue"] == "letter"
    assert base64.b64decode(record["messageAttributes"]["digest"]["binaryValue"]) == b"\x00\xff"


def test_only_the_reported_messages_of_a_batch_come_back(queues: Queues, journal: Journal) -> None:
    queues.send("batch", {"name": "good"}, {"name": "bad", "fail": True, "first_only": True}, {"name": "fine"})
    wait_for(lambda: journal.entries(what="end", name="bad", count=2))
    wait_for(lambda: queues.held("batch") == 0)
    assert journal.entries(what="start", name="good")[0]["batch"] == 3
    assert len(journal.entries(what="end", name="good")) == 1
    assert len(journal.entries(what="end", name="fine")) == 1


def test_a_malformed_report_brings_the_whole_batch_back(queues: Queues, journal: Journal) -> None:
    queues.send("malformed", {"name": "m1"}, {"name": "m2"})
    wait_for(lambda: journal.entries(what="end", name="m1", count=2))
    wait_for(lambda: journal.entries(what="end", name="m2", count=2))


def test_a_report_is_not_looked_at_unless_the_event_source_asks_for_it(queues: Queues, journal: Journal) -> None:
    queues.send("unreported", {"name": "ignored", "fail": True})
    wait_for(lambda: journal.entries(what="end", name="ignored"))
    wait_for(lambda: queues.held("unreported") == 0)


def test_a_message_comes_back_after_an_exception_and_not_before_its_visibility_timeout(
    queues: Queues, journal: Journal
) -> None:
    # By a warm environment: the message is hidden from its receipt on, and starting one takes of that time.
    queues.send("back", {"name": "warms"})
    wait_for(lambda: journal.entries(what="end", name="warms"))
    queues.send("back", {"name": "again", "raise": "no luck", "first_only": True})
    wait_for(lambda: queues.held("back") == 0 and journal.entries(what="end", name="again", count=2))
    first, second = journal.entries(what="start", name="again")
    received_ms = int(first["record"]["attributes"]["ApproximateFirstReceiveTimestamp"])
    assert second["at"] - received_ms / 1_000 >= 2.9
    assert first["pid"] == second["pid"], "an exception does not end the environment"


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(queues: Queues, journal: Journal) -> None:
    queues.send("poison", {"name": "poison", "raise": "always"})
    dead = wait_for(lambda: queues.receive("poison-dlq"))
    assert json.loads(dead[0]["Body"])["name"] == "poison"
    assert [entry["count"] for entry in journal.entries(what="start", name="poison")] == [1, 2]


def test_a_message_whose_environment_died_is_done_by_another(queues: Queues, journal: Journal) -> None:
    queues.send("back", {"name": "dies", "exit": 1, "first_only": True})
    wait_for(lambda: journal.entries(what="end", name="dies", count=2))
    first, second = journal.entries(what="start", name="dies")
    assert first["pid"] != second["pid"]


def test_a_message_whose_environment_was_killed_from_outside_is_done_by_another(
    runtime: Runtime, queues: Queues, journal: Journal
) -> None:
    queues.send("slow", {"name": "shot", "sleep": 60, "first_only": True})
    victim = wait_for(lambda: journal.entries(what="start", name="shot"))[0]["pid"]
    assert victim in [environment.pid for environment in runtime.environments() if environment.busy]
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: journal.entries(what="end", name="shot", count=2))
    wait_for(lambda: queues.held("slow") == 0)


def test_a_message_that_takes_longer_than_the_function_may_comes_back(queues: Queues, journal: Journal) -> None:
    queues.send("deadline", {"name": "late", "sleep": 60, "first_only": True})
    # On a slow machine the second time may take longer too.
    ends = wait_for(lambda: journal.entries(what="end", name="late"))
    assert [entry["count"] for entry in ends if entry["count"] == 1] == []


def test_a_message_comes_twice_when_it_takes_longer_than_its_visibility_timeout(
    queues: Queues, journal: Journal
) -> None:
    queues.send("slow", {"name": "twice", "sleep": 8, "first_only": True})
    wait_for(lambda: journal.entries(what="end", name="twice", count=1))
    first, second, *_ = journal.entries(what="start", name="twice")
    assert [first["count"], second["count"]] == [1, 2]
    assert first["pid"] != second["pid"], "an environment has one event at a time"


def most_at_once(journal: Journal, names: list[str]) -> int:
    changes = [
        (entry["at"], 1 if entry["what"] == "start" else -1)
        for entry in journal.entries()
        if entry.get("name") in names
    ]
    running = most = 0
    for _, change in sorted(changes):
        running += change
        most = max(most, running)
    return most


def test_no_more_batches_are_in_hand_than_the_maximum_concurrency(queues: Queues, journal: Journal) -> None:
    names = [f"limited-{number}" for number in range(8)]
    queues.send("limited", *({"name": name, "sleep": 1} for name in names))
    wait_for(lambda: all(journal.entries(what="end", name=name) for name in names))
    assert most_at_once(journal, names) == 2


def test_image_functions_share_the_cpus_and_a_wait_costs_no_message_its_visibility(
    queues: Queues, journal: Journal
) -> None:
    names = [f"cpu-{number}" for number in range(4)]
    queues.send("cpu", *({"name": name, "sleep": 4.5} for name in names[:2]))
    queues.send("other", *({"name": name, "sleep": 4.5} for name in names[2:]))
    wait_for(lambda: all(journal.entries(what="end", name=name) for name in names))
    # Where memory allows it, a small one beside a large one; never two of a kind on one CPU.
    assert [most_at_once(journal, kind) for kind in (names[:2], names[2:])] == [1, 1]
    assert len([entry for name in names for entry in journal.entries(what="start", name=name)]) == 4
    wait_for(lambda: queues.held("cpu") + queues.held("other") == 0)


def test_a_priority_lane_is_served_before_what_waits_in_the_other(queues: Queues, journal: Journal) -> None:
    queues.send("cpu", *({"name": f"normal-{number}", "sleep": 1} for number in range(5)))
    wait_for(lambda: journal.entries(what="start", name="normal-0") or journal.entries(what="start", name="normal-1"))
    queues.send("cpu-priority", {"name": "urgent"})
    (urgent,) = wait_for(lambda: journal.entries(what="end", name="urgent"))
    normal = [entry for entry in journal.entries(what="end") if entry["name"].startswith("normal-")]
    before = [entry for entry in normal if entry["at"] < urgent["at"]]
    assert len(before) <= 3, "at most what ran and what had been received when it came"
    wait_for(lambda: queues.held("cpu") == 0)
