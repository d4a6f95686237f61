"""Every message queue keeps the same promises: the fake, and SQS's adapter against an emulated SQS."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.sqs import SqsQueues
from docpipe.services import MessageQueue
from docpipe.stores import Envelope
from tests.support.fakes import FakeQueues


@pytest.fixture(params=["fake", "sqs"])
def queue(request: pytest.FixtureRequest, aws_credentials: None) -> Iterator[MessageQueue]:
    if request.param == "fake":
        yield FakeQueues()
        return
    with mock_aws():
        client = boto3.client("sqs", config=CONFIG)
        names = ("ocr-small", "intake", "intake-dlq")
        urls = [client.create_queue(QueueName=f"docpipe-test-{name}")["QueueUrl"] for name in names]
        yield SqsQueues(client, urls[0].removesuffix("ocr-small"))


def test_each_message_goes_to_its_queue(queue: MessageQueue) -> None:
    queue.send([Envelope("ocr-small", "one", "group"), Envelope("intake-dlq", "two"), Envelope("ocr-small", "three")])
    assert sorted(queue.peek("ocr-small", limit=10)) == ["one", "three"]
    assert queue.peek("intake-dlq", limit=10) == ["two"]


def test_more_messages_than_one_call_takes(queue: MessageQueue) -> None:
    bodies = [f"message {number:02d}" for number in range(37)]
    queue.send([Envelope("ocr-small", body) for body in bodies])
    assert sorted(queue.peek("ocr-small", limit=100)) == bodies


def test_a_peek_takes_nothing_away(queue: MessageQueue) -> None:
    queue.send([Envelope("intake-dlq", f"{number}") for number in range(12)])
    first, second = queue.peek("intake-dlq", limit=50), queue.peek("intake-dlq", limit=50)
    assert sorted(first) == sorted(second)
    assert len(first) == 12


def test_a_queue_tells_how_many_messages_wait(queue: MessageQueue) -> None:
    assert queue.waiting("intake-dlq") == 0
    queue.send([Envelope("intake-dlq", f"{number}") for number in range(12)])
    assert queue.waiting("intake-dlq") == 12


def test_an_arn_leads_to_the_queues_name(queue: MessageQueue) -> None:
    assert queue.named("arn:aws:sqs:us-east-1:123456789012:docpipe-test-ocr-large-priority") == "ocr-large-priority"


def test_a_redrive_moves_dead_letters_back_to_their_queue(queue: MessageQueue) -> None:
    queue.send([Envelope("intake-dlq", f"{number:02d}") for number in range(25)])
    assert queue.redrive("intake", limit=100) == 25
    assert queue.peek("intake-dlq", limit=10) == []
    assert sorted(queue.peek("intake", limit=100)) == [f"{number:02d}" for number in range(25)]
    assert queue.redrive("intake", limit=100) == 0
