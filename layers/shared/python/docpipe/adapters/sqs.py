"""SQS: sending in batches, holding a message back, looking at dead letters without taking them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docpipe.adapters.aws import translated
from docpipe.domain.errors import QueueError
from docpipe.domain.lanes import dead_letter_queue
from docpipe.stores import Envelope

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef, SendMessageBatchRequestEntryTypeDef

_BATCH = 10
"""Entries that SQS takes in one call."""

_PEEK_HIDDEN_S = 20
"""While a peek goes on, what it has seen is hidden, so that it sees each message once; then it is shown again."""


class SqsQueues:
    """The stage's queues, by name.

    Args:
        url_prefix: a queue's URL is this and the queue's name.
    """

    def __init__(self, client: SQSClient, url_prefix: str) -> None:
        self._client = client
        self._prefix = url_prefix

    def send(self, envelopes: Sequence[Envelope]) -> None:
        """Send messages, each to its queue."""
        by_queue: defaultdict[str, list[Envelope]] = defaultdict(list)
        for envelope in envelopes:
            by_queue[envelope.queue].append(envelope)
        for queue, of_queue in by_queue.items():
            for start in range(0, len(of_queue), _BATCH):
                self._send_batch(queue, of_queue[start : start + _BATCH])

    def _send_batch(self, queue: str, batch: Sequence[Envelope]) -> None:
        entries = [_entry(number, envelope) for number, envelope in enumerate(batch)]
        with translated(QueueError, "A message could not be sent"):
            answer = self._client.send_message_batch(QueueUrl=self._prefix + queue, Entries=entries)
        refused = answer.get("Failed", [])
        if refused:
            raise QueueError(
                f"{len(refused)} of {len(entries)} messages were not taken by the queue ({refused[0]['Code']}). "
                "They stay in the outbox and are sent again."
            )

    def set_visibility(self, queue: str, receipt: str, seconds: int) -> None:
        """Have a received message come back in ``seconds``, unless it is deleted before."""
        with translated(QueueError, "A message could not be held back"):
            self._client.change_message_visibility(
                QueueUrl=self._prefix + queue, ReceiptHandle=receipt, VisibilityTimeout=seconds
            )

    def peek(self, queue: str, *, limit: int) -> list[str]:
        """Bodies of up to ``limit`` waiting messages, which stay where they are."""
        seen: list[MessageTypeDef] = []
        with translated(QueueError, "A dead-letter queue could not be looked through"):
            while len(seen) < limit and (more := self._receive(queue)):
                seen += more
            for message in seen:
                self._client.change_message_visibility(
                    QueueUrl=self._prefix + queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
        return [message["Body"] for message in seen]

    def waiting(self, queue: str) -> int:
        """About how many messages wait in a queue."""
        with translated(QueueError, "A queue could not be asked how long it is"):
            answer = self._client.get_queue_attributes(
                QueueUrl=self._prefix + queue, AttributeNames=["ApproximateNumberOfMessages"]
            )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def redrive(self, queue: str, *, limit: int) -> int:
        """Move messages from a queue's dead-letter queue back to it: each is sent before it is deleted."""
        dead_letters, moved = dead_letter_queue(queue), 0
        with translated(QueueError, "Dead letters could not be moved back"):
            while moved < limit and (messages := self._receive(dead_letters)):
                self.send([Envelope(queue, message["Body"]) for message in messages])
                for message in messages:
                    self._client.delete_message(
                        QueueUrl=self._prefix + dead_letters, ReceiptHandle=message["ReceiptHandle"]
                    )
                moved += len(messages)
        return moved

    def _receive(self, queue: str) -> list[MessageTypeDef]:
        answer = self._client.receive_message(
            QueueUrl=self._prefix + queue,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=_PEEK_HIDDEN_S,
            WaitTimeSeconds=0,
        )
        return answer.get("Messages", [])

    def named(self, arn: str) -> str:
        """The name, without the stage's prefix, of the queue with this ARN."""
        return arn.rpartition(":")[2].removeprefix(self._prefix.rpartition("/")[2])


def _entry(number: int, envelope: Envelope) -> SendMessageBatchRequestEntryTypeDef:
    entry: SendMessageBatchRequestEntryTypeDef = {"Id": str(number), "MessageBody": envelope.body}
    if envelope.group is not None:
        entry["MessageGroupId"] = envelope.group
    return entry
