"""Invocations as the use cases and the handlers see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from docpipe.pipeline.invocation import GivenUpError, Invocation, RetryLaterError


@dataclass
class Clock:
    """An invocation whose time a test moves; notes how the message was held back."""

    remaining_ms: int = 900_000
    held: list[int] = field(default_factory=list)

    def invocation(self, *, receive_count: int = 1) -> Invocation:
        return Invocation(
            memory_mb=1_769,
            remaining_ms=lambda: self.remaining_ms,
            extend_message=self.held.append,
            receive_count=receive_count,
        )


def tried_until_given_up(run: Callable[[], object]) -> list[int]:
    """Run what fails each time until its last attempt; returns the seconds that it asked to wait after each before."""
    waits = []
    while True:
        try:
            run()
        except RetryLaterError as later:
            waits.append(later.after_s)
        except GivenUpError:
            return waits
        else:
            raise AssertionError("It did not fail.")


@dataclass
class Context:
    """Lambda's context object."""

    memory_limit_in_mb: int = 1_769
    aws_request_id: str = "request"
    function_name: str = "docpipe-test"
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:docpipe-test"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder removed afterwards."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


def sqs_event(queue: str, *bodies: str) -> dict[str, Any]:
    """What Lambda hands over for messages of a queue of the test stage."""
    return {
        "Records": [
            {
                "messageId": str(uuid4()),
                "receiptHandle": f"receipt-{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:docpipe-test-{queue}",
                "awsRegion": "us-east-1",
            }
            for number, body in enumerate(bodies)
        ]
    }
