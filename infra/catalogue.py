"""The functions and queues of the system: names, sizes, what sets each function off.

Everything else follows from it: a queue is made for every event source, with a dead-letter queue beside
it and the timeout of its function as its visibility timeout.
"""

from __future__ import annotations

from infra.specs import MEMORY_PER_VCPU_MB, EventSource, FunctionSpec, Package

MAX_RECEIVE_COUNT = 20
"""Attempts are counted in PostgreSQL, three at most; the receive count is only the backstop. It also counts refusals
for want of capacity, whose waits grow: twenty last for hours (``docpipe.domain.attempts.capacity_wait_s``)."""


def _ocr(tier: str, *, page_workers: int, maximum_concurrency: int) -> FunctionSpec:
    """A recognition function with its two lanes; the priority lane gets half as many environments on top."""
    return FunctionSpec(
        name=f"ocr-{tier}",
        does="Reads the pages of a chunk, one by one: text layer or recognition",
        folder="ocr",
        package=Package.IMAGE,
        memory_mb=page_workers * MEMORY_PER_VCPU_MB,
        timeout_s=900,
        variables=(
            "UPLOADS_BUCKET",
            "RESULTS_BUCKET",
            "QUEUE_URL_PREFIX",
            "LEASE_SECONDS",
            "PAGE_WORKERS",
            "PAGE_TIME_LIMIT_S",
            "OCR_ENGINE",
        ),
        event_sources=(
            EventSource(f"ocr-{tier}", maximum_concurrency),
            EventSource(f"ocr-{tier}-priority", maximum_concurrency // 2),
        ),
        page_workers=page_workers,
        temporary_storage_mb=1_024,
    )


FUNCTIONS: tuple[FunctionSpec, ...] = (
    FunctionSpec(
        name="intake",
        does="Looks at an upload that S3 told of: queued in chunks, or failed with a reason",
        folder="intake",
        package=Package.IMAGE,
        memory_mb=MEMORY_PER_VCPU_MB,
        timeout_s=180,
        variables=(
            "UPLOADS_BUCKET",
            "QUEUE_URL_PREFIX",
            "MAX_FILE_BYTES",
            "MAX_PAGES",
            "LEASE_SECONDS",
            "PAGE_WORKERS",
            "OCR_ENGINE",
        ),
        event_sources=(EventSource("intake", 10),),
        page_workers=1,
        temporary_storage_mb=1_024,
    ),
    _ocr("small", page_workers=1, maximum_concurrency=40),
    _ocr("medium", page_workers=2, maximum_concurrency=20),
    _ocr("large", page_workers=3, maximum_concurrency=20),
    FunctionSpec(
        name="assemble",
        does="Puts the pages of a document together: text, searchable PDF, confidence, cost",
        folder="assemble",
        package=Package.IMAGE,
        memory_mb=MEMORY_PER_VCPU_MB,
        timeout_s=900,
        variables=("UPLOADS_BUCKET", "RESULTS_BUCKET", "QUEUE_URL_PREFIX", "LEASE_SECONDS"),
        event_sources=(EventSource("assemble", 10),),
        # The largest file, its searchable PDF, that as PDF/A, and the pages that had to be drawn for it.
        temporary_storage_mb=3_072,
    ),
    FunctionSpec(
        name="notify",
        does="Finds whom to tell of what happened, and measures documents",
        folder="notify",
        package=Package.ZIP,
        memory_mb=256,
        timeout_s=60,
        variables=("QUEUE_URL_PREFIX",),
        event_sources=(EventSource("events", 5, batch_size=10),),
    ),
    FunctionSpec(
        name="deliver",
        does="Sends e-mails, webhooks and news for open pages",
        folder="deliver",
        package=Package.ZIP,
        memory_mb=256,
        timeout_s=60,
        variables=(
            "CONNECTIONS_TABLE",
            "CONNECTIONS_URL",
            "IDEMPOTENCY_TABLE",
            "MAIL_CONFIGURATION_SET",
            "MAIL_SENDER",
            "QUEUE_URL_PREFIX",
            "TRUSTED_WEBHOOK_HOSTS",
            "WEB_URL",
        ),
        event_sources=(EventSource("deliveries", 10, batch_size=10), EventSource("webhooks", 20)),
        uses_database=False,
    ),
    FunctionSpec(
        name="api",
        does="The HTTP API: documents in, status and results out",
        folder="api",
        package=Package.ZIP,
        memory_mb=512,
        timeout_s=29,
        variables=(
            "UPLOADS_BUCKET",
            "RESULTS_BUCKET",
            "QUEUE_URL_PREFIX",
            "MAX_FILE_BYTES",
            "MAX_PAGES",
            "LANGUAGES",
            "LINKS_KEY",
            "LINKS_KEY_ID",
            "LINKS_URL",
            "TRUSTED_WEBHOOK_HOSTS",
        ),
        serves_http=True,
        reserved_concurrency=100,
    ),
    FunctionSpec(
        name="live",
        does="Live progress: WebSocket connections and what they ask",
        folder="live",
        package=Package.ZIP,
        memory_mb=512,
        timeout_s=29,
        variables=("CONNECTIONS_TABLE",),
        reserved_concurrency=20,
    ),
    FunctionSpec(
        name="authorizer",
        does="Checks the bearer token before each request and each connection",
        folder="authorizer",
        package=Package.ZIP,
        # It waits for nothing but its own start, and a whole request waits for it: memory buys that time.
        memory_mb=512,
        timeout_s=10,
        variables=(
            "AUTH_AUDIENCE",
            "AUTH_ISSUER",
            "AUTH_JWKS_URL",
            "AUTH_ROLE_CLAIM",
            "AUTH_SECRET",
            "AUTH_TENANT_CLAIM",
        ),
        reserved_concurrency=100,
        uses_database=False,
    ),
    FunctionSpec(
        name="dead_letter",
        does="Looks through the dead-letter queues each minute and tells owners; messages stay",
        folder="dead_letter",
        package=Package.ZIP,
        memory_mb=256,
        timeout_s=60,
        variables=("QUEUE_URL_PREFIX",),
        schedule_s=60,
        reserved_concurrency=2,
    ),
    FunctionSpec(
        name="sweep",
        does="Finds each minute what is stuck or lost, puts it right, and takes samples",
        folder="sweep",
        package=Package.ZIP,
        memory_mb=256,
        timeout_s=60,
        variables=("UPLOADS_BUCKET", "RESULTS_BUCKET", "QUEUE_URL_PREFIX"),
        schedule_s=60,
        reserved_concurrency=2,
    ),
    FunctionSpec(
        name="migrate",
        does="Brings the database to the newest schema",
        folder="migrate",
        package=Package.ZIP,
        memory_mb=512,
        timeout_s=300,
        reserved_concurrency=1,
    ),
    FunctionSpec(
        name="start_migration",
        does="Has a deployment migrate the database, as a custom resource",
        folder="start_migration",
        package=Package.ZIP,
        memory_mb=256,
        timeout_s=330,
        variables=("ADMINISTRATOR_SECRET", "MIGRATE_FUNCTION"),
        reserved_concurrency=1,
        uses_database=False,
    ),
)

WITH_OWN_PAGE: tuple[FunctionSpec, ...] = (
    FunctionSpec(
        name="link_keys",
        does="Makes the keys that links to results are signed with, as a custom resource",
        folder="link_keys",
        package=Package.ZIP,
        memory_mb=512,
        timeout_s=60,
        variables=("LINKS_SECRET",),
        reserved_concurrency=1,
        uses_database=False,
    ),
)
"""Beside ``FUNCTIONS``, those of a stage that has a distribution."""


def functions_of(*, own_page: bool) -> tuple[FunctionSpec, ...]:
    """The functions of a stage that serves its own page, or of one whose page is elsewhere."""
    return FUNCTIONS + (WITH_OWN_PAGE if own_page else ())


AT_DEPLOYMENT = frozenset({"link_keys", "migrate", "start_migration"})
"""Functions that run while the stage is deployed and at no other time: their failure fails the deployment."""


def visibility_timeouts() -> dict[str, int]:
    """Every queue (without its dead-letter queue) with its visibility timeout, seconds.

    A message stays hidden for as long as its function may run: a shorter timeout hands work out twice.
    """
    return {source.queue: spec.timeout_s for spec in FUNCTIONS for source in spec.event_sources}
