"""The queues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from docpipe.stores import Envelope


class MessageQueue(Protocol):
    """The stage's queues, by name."""

    def send(self, envelopes: Sequence[Envelope]) -> None:
        """Send messages, each to its queue.

        Raises:
            QueueError: some were not taken (others may have been).
            CapacityError: the service is throttling.
        """

    def set_visibility(self, queue: str, receipt: str, seconds: int) -> None:
        """Have a received message come back in ``seconds``, unless it is deleted before.

        Raises:
            QueueError: the receipt is no longer valid.
        """

    def peek(self, queue: str, *, limit: int) -> list[str]:
        """Bodies of waiting messages, which stay where they are; about ``limit`` of them at most."""

    def waiting(self, queue: str) -> int:
        """About how many messages wait in a queue.

        Raises:
            QueueError, CapacityError: the service did not tell.
        """

    def redrive(self, queue: str, *, limit: int) -> int:
        """Move messages from a queue's dead-letter queue back to it; returns how many, about ``limit`` at most.

        Raises:
            QueueError, CapacityError: some could not be moved; those may come twice.
        """

    def named(self, arn: str) -> str:
        """The name, without the stage's prefix, of the queue with this ARN."""
