"""Every queue with its dead-letter queue."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

RETENTION = Duration.days(7)
"""Of work, which the sweeper announces again from its rows should it ever wait as long."""

DEAD_LETTER_RETENTION = Duration.days(14)
"""The longest SQS keeps a message. A moved message keeps its age: an operator has a week for the oldest."""

DEAD_LETTER_VISIBILITY = Duration.seconds(30)
"""How long whoever receives a dead letter has it alone; after that it is shown again."""


class Queues(Construct):
    """Standard queues, encrypted, reached over TLS only, each with a dead-letter queue beside it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        key: kms.IKey,
        visibility_timeouts: Mapping[str, int],
        max_receive_count: int,
    ) -> None:
        """Make the queues.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            key: what messages are encrypted with.
            visibility_timeouts: seconds, by queue name.
            max_receive_count: receives after which SQS moves a message to the dead-letter queue.
        """
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self._key = key
        self.dead_letter: dict[str, sqs.Queue] = {
            name: self._queue(f"{name}-dlq", DEAD_LETTER_VISIBILITY, DEAD_LETTER_RETENTION)
            for name in visibility_timeouts
        }
        self.by_name: dict[str, sqs.Queue] = {
            name: self._queue(
                name,
                Duration.seconds(seconds),
                RETENTION,
                sqs.DeadLetterQueue(queue=self.dead_letter[name], max_receive_count=max_receive_count),
            )
            for name, seconds in visibility_timeouts.items()
        }

    def _queue(
        self,
        name: str,
        visibility_timeout: Duration,
        retention: Duration,
        dead_letter_queue: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        return sqs.Queue(
            self,
            name.title().replace("-", ""),
            queue_name=f"{self._prefix}{name}",
            visibility_timeout=visibility_timeout,
            retention_period=retention,
            receive_message_wait_time=Duration.seconds(20),
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self._key,
            # One call to KMS an hour and producer instead of one every five minutes.
            data_key_reuse=Duration.hours(1),
            enforce_ssl=True,
            dead_letter_queue=dead_letter_queue,
        )
