"""One attempt at a claimed piece of work: however it ends, the end is recorded before it leaves.

An attempt is a context manager. A block that ends well has recorded its own success; a block that
raises is settled here: released for another attempt, put off without counting, or given up. What
leaves the block then tells the queue's consumer what becomes of the message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from docpipe.domain.attempts import GiveUp, after_failure
from docpipe.domain.cost import Usage
from docpipe.domain.errors import ClaimLostError, DocpipeError
from docpipe.messages import Message
from docpipe.metrics import Dimension, Instruments, Metric
from docpipe.pipeline.publish import Publisher

_HEARTBEAT_SHARE = 3
"""A lease is renewed when a third of it has passed: two renewals may fail before it ends."""


class AttemptsExhaustedError(DocpipeError):
    """Every attempt failed for a reason that is not the document's."""

    code = "attempts_exhausted"

    def __init__(self, attempts: int, cause: str) -> None:
        super().__init__(
            f"The document could not be processed in {attempts} attempts ({cause}). "
            "Nothing is lost: the operator can resume it from where it stopped."
        )


class DeliveryExhaustedError(DocpipeError):
    """The message was delivered time after time and no attempt could even begin."""

    code = "delivery_exhausted"

    def __init__(self) -> None:
        super().__init__(
            "The document could not be processed because the service was not able to start on it. "
            "Nothing is lost: the operator can resume it from where it stopped."
        )


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


class _Claim(Protocol):
    @property
    def attempt(self) -> int: ...


C = TypeVar("C", bound=_Claim)
C_contra = TypeVar("C_contra", bound=_Claim, contravariant=True)


class _Store(Protocol[C_contra]):
    def extend(self, claim: C_contra, *, lease_s: int) -> None: ...

    def release(self, claim: C_contra, error_code: str, *, counted: bool, usage: Usage) -> None: ...

    def fail(
        self, claim: C_contra, error: DocpipeError, usage: Usage, *, dead_letter: Message | None = None
    ) -> None: ...


class Attempt(Generic[C]):
    """Holds a claim while the block runs.

    Args:
        redrive: the message that reopens the work after it was given up.
        lease_s: how long the claim outlives the last sign of life, seconds.
        instruments: what memory and retries are measured with.
    """

    def __init__(
        self,
        store: _Store[C],
        claim: C,
        invocation: Invocation,
        *,
        publisher: Publisher,
        redrive: Message,
        lease_s: int,
        instruments: Instruments,
    ) -> None:
        self._store = store
        self._claim = claim
        self._invocation = invocation
        self._publisher = publisher
        self._redrive = redrive
        self._lease_s = lease_s
        self._instruments = instruments
        self._started = self._renewed = monotonic()

    def __enter__(self) -> Self:
        self._invocation.extend_message(self._lease_s)
        return self

    def usage(self, *, puts: int = 0) -> Usage:
        """What the attempt has used so far."""
        duration_ms = round((monotonic() - self._started) * 1_000)
        return Usage(memory_mb=self._invocation.memory_mb, duration_ms=duration_ms, puts=puts)

    def heartbeat(self) -> None:
        """Renew the lease and the message's invisibility when it is time; cheap to call often.

        Raises:
            ClaimLostError: another attempt has taken over.
        """
        if monotonic() - self._renewed >= self._lease_s / _HEARTBEAT_SHARE:
            self._store.extend(self._claim, lease_s=self._lease_s)
            self._invocation.extend_message(self._lease_s)
            self._instruments.record_memory(self._invocation.memory_mb)
            self._renewed = monotonic()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._instruments.record_memory(self._invocation.memory_mb)
        if error is None or isinstance(error, ClaimLostError):
            return
        cause = error.code if isinstance(error, DocpipeError) else DocpipeError.code
        outcome = after_failure(error, attempt=self._claim.attempt, received=self._invocation.receive_count)
        if isinstance(outcome, GiveUp):
            given_up = AttemptsExhaustedError(self._claim.attempt, cause)
            self._store.fail(self._claim, given_up, self.usage(), dead_letter=self._redrive)
            self._publisher.flush()
            raise GivenUpError(self._claim.attempt, cause) from error
        self._store.release(self._claim, cause, counted=outcome.counted, usage=self.usage())
        self._instruments.meter.record({Metric.RETRIES: 1}, by={Dimension.REASON: cause})
        raise RetryLaterError(outcome.after_s, cause) from error
