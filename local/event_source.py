"""Feeds a function from a queue, as Lambda's SQS poller does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local.fleet import Fleet
from local.invocation import Outcome
from local.names import queue_url
from local.slots import Patience
from local.sqs_batch import done_messages, sqs_event
from local.topology import EventSourceSpec

_LONG_POLL_S: Final = 20
_LARGEST_RECEIVE: Final = 10
_RETRY_S: Final = 0.5
_TOLD_AFTER_S: Final = 3.0
"""Before a failed call is told: where it is the emulator's death, that is told by then, and is all there is to tell."""

_DEFAULT_CONCURRENCY: Final = 5
"""Batches in hand where the topology names no MaximumConcurrency: Lambda's pollers start at five."""

_log = logging.getLogger(__name__)


class EventSource:
    """Receives batches and hands them to a function; deletes what it finished, and nothing else.

    A message that is not deleted comes back when its visibility timeout is over: neither Lambda nor
    this shortens it.

    Args:
        function: name without the stage's prefix.
        visibility_timeout_s: of the queue, seconds.
        priority: whether it is served before others that wait for a CPU.
        fleet: runs the function.
        sqs: boto3 client; may be shared with others.
        endpoint_url: of the emulator.
    """

    def __init__(
        self,
        function: str,
        spec: EventSourceSpec,
        *,
        visibility_timeout_s: int,
        priority: bool,
        fleet: Fleet,
        sqs: Any,
        endpoint_url: str,
    ) -> None:
        self._function = function
        self._spec = spec
        self._visibility_timeout_s = visibility_timeout_s
        self._fleet = fleet
        self._sqs = sqs
        self._queue_url = queue_url(endpoint_url, spec.queue)
        self._priority = priority
        concurrency = spec.maximum_concurrency or _DEFAULT_CONCURRENCY
        self._in_hand = threading.Semaphore(concurrency)
        self._workers = ThreadPoolExecutor(concurrency, thread_name_prefix=f"{function}-{spec.queue}")
        self._stopping = threading.Event()
        self._poller = threading.Thread(target=self._poll, name=f"poll-{spec.queue}", daemon=True)

    def start(self) -> None:
        """Begin to receive."""
        self._poller.start()

    def stop(self) -> None:
        """Receive no more. Returns at once; see ``join``."""
        self._stopping.set()

    def join(self) -> None:
        """Wait for what is in hand. Quick once emulator and environments are gone."""
        self._poller.join()
        self._workers.shutdown(wait=True)

    def _poll(self) -> None:
        while not self._stopping.is_set():
            # In this order: nothing is received long before it can be worked on.
            if not self._in_hand.acquire(timeout=_RETRY_S):
                continue
            wanted = self._fleet.wants_work(self._function, _RETRY_S, priority=self._priority)
            messages = self._receive() if wanted else []
            if messages and not self._stopping.is_set():
                self._workers.submit(self._work, messages)
            else:
                self._in_hand.release()

    def _receive(self) -> list[dict[str, Any]]:
        """A batch, or nothing when none came within a long poll."""
        messages = self._receive_once(self._spec.batch_size, _LONG_POLL_S)
        window_end = time.monotonic() + self._spec.batching_window_s
        while messages and len(messages) < self._spec.batch_size and (left := window_end - time.monotonic()) > 0:
            messages += self._receive_once(self._spec.batch_size - len(messages), max(1, int(left)))
        return messages

    def _receive_once(self, count: int, wait_s: int) -> list[dict[str, Any]]:
        received = self._calling_sqs(
            self._sqs.receive_message,
            MaxNumberOfMessages=min(_LARGEST_RECEIVE, count),
            WaitTimeSeconds=wait_s,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return list(received.get("Messages", []))

    def _work(self, messages: list[dict[str, Any]]) -> None:
        """Invoke the function on a batch. What goes wrong leaves the messages to come back."""
        try:
            patience = Patience(self._visibility_timeout_s / 3, lambda: self._renew(messages))
            event = sqs_event(self._spec.queue, messages)
            record = self._fleet.invoke(self._function, event, priority=self._priority, patience=patience)
            if record.outcome is Outcome.SUCCESS:
                ids = [message["MessageId"] for message in messages]
                done = done_messages(record.response, ids, partial=self._spec.report_batch_item_failures)
                self._delete([message for message in messages if message["MessageId"] in done])
        except Exception:  # noqa: BLE001 - the outermost boundary of this thread
            if not self._stopping.is_set():
                _log.exception("queue %s: a batch could not be handed to %s", self._spec.queue, self._function)
        finally:
            self._in_hand.release()

    def _renew(self, messages: list[dict[str, Any]]) -> None:
        """Begin the visibility timeout anew while a batch waits for a CPU, so that the function has all of it.

        On Lambda a batch does not wait once it is received.
        """
        for message in messages:
            self._calling_sqs(
                self._sqs.change_message_visibility,
                ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=self._visibility_timeout_s,
            )

    def _delete(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            self._calling_sqs(self._sqs.delete_message, ReceiptHandle=message["ReceiptHandle"])

    def _calling_sqs(self, call: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
        """Call SQS. A failure is logged, but for those that the end of the runtime brings with it."""
        try:
            answer: dict[str, Any] = call(QueueUrl=self._queue_url, **arguments)
        except (BotoCoreError, ClientError) as error:
            if not self._stopping.wait(_TOLD_AFTER_S):
                _log.warning("queue %s: %s", self._spec.queue, error)
            return {}
        return answer
