"""What the stack is told of a function: its size, its environment, what sets it off."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MEMORY_PER_VCPU_MB = 1_769
"""Memory that buys one vCPU, linearly (AWS Lambda developer guide, "Configure Lambda function memory")."""


class Package(StrEnum):
    """How a function's code reaches Lambda."""

    IMAGE = "image"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class EventSource:
    """A queue that sets a function off.

    Attributes:
        queue: name of the queue.
        maximum_concurrency: environments that this queue may keep busy, 2-1,000. It is what holds the
            lanes to their share and the database to its connections.
        batch_size: messages an invocation is given at most; one where a message is long work.
    """

    queue: str
    maximum_concurrency: int
    batch_size: int = 1


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A Lambda function.

    Attributes:
        name: also the suffix of its resource name.
        does: what it is for, as its description says.
        folder: its folder under ``functions/``.
        memory_mb, timeout_s: as Lambda is told.
        variables: the environment variables it needs beyond those that all functions have.
        page_workers: processes that read pages side by side, one a vCPU; 0 where none do.
        temporary_storage_mb: size of ``/tmp``.
        schedule_s: seconds between scheduled invocations, or None.
        serves_http: whether the HTTP API hands it every request.
        reserved_concurrency: environments that it has for itself, and no more, in profiles that reserve any:
            what holds functions without an event source to their share of the database's connections.
        uses_database: whether it connects to PostgreSQL; one that does not runs outside the private network.
    """

    name: str
    does: str
    folder: str
    package: Package
    memory_mb: int
    timeout_s: int
    variables: tuple[str, ...] = ()
    event_sources: tuple[EventSource, ...] = ()
    page_workers: int = 0
    temporary_storage_mb: int = 512
    schedule_s: int | None = None
    serves_http: bool = False
    reserved_concurrency: int | None = None
    uses_database: bool = True

    @property
    def handler(self) -> str:
        """Module path of the handler, the same in the image, in the zip and on one machine."""
        return f"functions.{self.folder}.handler.handle"
