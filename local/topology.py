"""Which buckets, queues, tables and functions there are: the extract of the synthesised stack, typed.

``local/topology.json`` is written by ``tools/export_topology.py`` from the CloudFormation template,
so that names, sizes and environments have one home. Values that exist only at run time stand in it
as ``${bucket:uploads}``, ``${table:idempotency}``, ``${queue_url_prefix}`` and ``${database_url}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from local.errors import LocalRuntimeError

DEFAULT_TOPOLOGY = Path(__file__).with_name("topology.json")

_REFERENCE = re.compile(r"\$\{([^}]+)\}")


class _Spec(BaseModel):
    """Immutable, and strict about keys: a misspelt one must not be passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Notification(_Spec):
    """ObjectCreated events under a key prefix go to a queue."""

    queue: str
    prefix: str


class CorsRule(_Spec):
    """What pages of other origins may do with a bucket or an API. An origin's port may be ``*``."""

    allowed_methods: tuple[str, ...]
    allowed_origins: tuple[str, ...]
    allowed_headers: tuple[str, ...]
    exposed_headers: tuple[str, ...]


class BucketSpec(_Spec):
    """A bucket."""

    versioned: bool
    notifications: tuple[Notification, ...] = ()
    cors: tuple[CorsRule, ...] = ()


class QueueSpec(_Spec):
    """A queue. Times in seconds; a dead-letter queue has neither of the last two."""

    visibility_timeout_s: int
    retention_s: int
    dead_letter_queue: str | None = None
    max_receive_count: int | None = None


class TableSpec(_Spec):
    """A DynamoDB table: its keys are strings; ``expires`` is the attribute that holds the second of an item's end."""

    partition_key: str
    sort_key: str | None = None
    expires: str


class EventSourceSpec(_Spec):
    """A queue that feeds a function.

    Attributes:
        batching_window_s: seconds to gather a batch before it is handed over.
        maximum_concurrency: batches of this queue that may be worked on at once; None for no limit.
    """

    queue: str
    batch_size: int = 1
    batching_window_s: int = 0
    maximum_concurrency: int | None = None
    report_batch_item_failures: bool = False


class FunctionSpec(_Spec):
    """A function.

    Attributes:
        handler: module path and function name, joined by a dot.
        package: ``image`` (holds Tesseract) or ``zip``.
        schedule_s: seconds between scheduled invocations, or None.
    """

    handler: str
    package: str
    memory_mb: int
    timeout_s: float
    environment: dict[str, str] = {}
    event_sources: tuple[EventSourceSpec, ...] = ()
    schedule_s: float | None = None


class AuthorizerSpec(_Spec):
    """Which function says whether a request may pass, and for how many seconds its answer is kept."""

    function: str
    results_s: float


class HttpApiSpec(_Spec):
    """The HTTP API: which function answers which routes, and which one is asked before; None lets all pass.

    Without ``cors`` pages of other origins may not use it.
    """

    function: str
    routes: tuple[str, ...]
    authorizer: AuthorizerSpec | None = None
    cors: CorsRule | None = None


class WebSocketApiSpec(_Spec):
    """The WebSocket API.

    Attributes:
        routes: the function behind each.
        answered: routes whose function's answer goes back over the connection.
        authorizer: the function that is asked before a connection opens; None lets all in.
    """

    routes: dict[str, str]
    answered: tuple[str, ...] = ()
    authorizer: str | None = None


class Topology(_Spec):
    """Everything that the local runtime has to make, by name without the stage's prefix."""

    buckets: dict[str, BucketSpec] = {}
    queues: dict[str, QueueSpec] = {}
    tables: dict[str, TableSpec] = {}
    functions: dict[str, FunctionSpec] = {}
    http_api: HttpApiSpec | None = None
    websocket_api: WebSocketApiSpec | None = None


def load_topology(path: Path = DEFAULT_TOPOLOGY) -> Topology:
    """Read a topology file.

    Raises:
        LocalRuntimeError: the file is missing or does not fit the format.
    """
    try:
        return Topology.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError, json.JSONDecodeError) as error:
        raise LocalRuntimeError(
            f"{path.name} cannot be read: {error}. Write it again with: python -m tools.export_topology"
        ) from error


def resolve(value: str, references: Mapping[str, str]) -> str:
    """Replace each ``${name}`` in a value of an environment.

    Raises:
        LocalRuntimeError: a reference that the runtime does not know.
    """

    def known(match: re.Match[str]) -> Any:
        try:
            return references[match[1]]
        except KeyError:
            raise LocalRuntimeError(
                f"topology.json refers to {match[0]}, which the local runtime does not know. "
                f"Known: {', '.join(sorted(references))}."
            ) from None

    return _REFERENCE.sub(known, value)
