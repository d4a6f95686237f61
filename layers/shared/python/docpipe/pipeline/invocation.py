"""What a use case may know of the function it runs in, and what it may say of the message that it was run for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docpipe.domain.errors import DocpipeError


class RetryLaterError(DocpipeError):
    """The message is to come back later.

    Attributes:
        after_s: seconds until then.
    """

    code = "retry_later"
    retryable = True

    def __init__(self, after_s: int, cause: str) -> None:
        super().__init__(f"To be tried again in {after_s} s ({cause}).")
        self.after_s = after_s
        self.cause_code = cause


class GivenUpError(DocpipeError):
    """No attempt is left. All of it is recorded, and the message is on its way to the dead-letter queue."""

    code = "given_up"

    def __init__(self, attempts: int, cause: str) -> None:
        super().__init__(f"Given up after {attempts} attempts ({cause}); the dead-letter queue holds the message.")
        self.cause_code = cause


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a use case may know of the function it runs in.

    Attributes:
        memory_mb: memory of the function.
        remaining_ms: milliseconds until the function is ended by force.
        extend_message: keeps the message in hand invisible for so many seconds more.
        receive_count: how often the message was received so far, this time included.
    """

    memory_mb: int
    remaining_ms: Callable[[], int]
    extend_message: Callable[[int], None]
    receive_count: int = 1
