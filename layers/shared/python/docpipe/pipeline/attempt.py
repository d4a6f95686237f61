"""One attempt at a claimed piece of work: however it ends, the end is recorded before it leaves.

An attempt is a context manager. A block that ends well has recorded its own success; a block that
raises is settled here: released for another attempt, put off without counting, or given up. What
leaves the block then tells the queue's consumer what becomes of the message.
"""

from __future__ import annotations

from time import monotonic
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from docpipe.domain.attempts import GiveUp, after_failure
from docpipe.domain.cost import Usage
from docpipe.domain.errors import AttemptsExhaustedError, ClaimLostError, DocpipeError
from docpipe.messages import Message
from docpipe.metrics import Dimension, Instruments, Metric
from docpipe.pipeline.invocation import GivenUpError, Invocation, RetryLaterError
from docpipe.pipeline.publish import Publisher
from docpipe.stores import Refusal, Refused

_HEARTBEAT_SHARE = 3
"""A lease is renewed when a third of it has passed: two renewals may fail before it ends."""


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


class _Deps(Protocol[C_contra]):
    """The part of what a use case works with that its attempts work with too."""

    @property
    def store(self) -> _Store[C_contra]: ...

    @property
    def publisher(self) -> Publisher: ...

    @property
    def lease_s(self) -> int: ...

    @property
    def instruments(self) -> Instruments: ...


def held(claim: C | Refusal) -> C | Refused:
    """The claim that was given, or why there is nothing to do.

    Raises:
        RetryLaterError: another attempt holds the work.
    """
    if not isinstance(claim, Refusal):
        return claim
    if claim.why is Refused.BUSY:
        raise RetryLaterError(claim.wait_s + 1, "busy")
    return claim.why


class Attempt(Generic[C]):
    """Holds a claim while the block runs.

    Args:
        redrive: the message that reopens the work after it was given up.
        deps: among it ``lease_s``, how long the claim outlives the last sign of life, in seconds.
    """

    def __init__(self, claim: C, invocation: Invocation, deps: _Deps[C], *, redrive: Message) -> None:
        self._store = deps.store
        self._claim = claim
        self._invocation = invocation
        self._publisher = deps.publisher
        self._redrive = redrive
        self._lease_s = deps.lease_s
        self._instruments = deps.instruments
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
