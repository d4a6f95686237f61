"""Rate limits and webhooks of tenants."""

from __future__ import annotations

from math import ceil
from uuid import UUID, uuid4

from docpipe.adapters.postgres.connection import Database
from docpipe.domain.errors import RateLimitError, TooManyWebhooksError, WebhookNotFoundError
from docpipe.domain.limits import RateLimit
from docpipe.stores import Webhook

_WEBHOOK = "id AS webhook_id, url, created_at, disabled_at"

_REFILLED = """least(%(burst)s, rate_buckets.tokens
                  + %(per_s)s * greatest(0, extract(epoch FROM now() - rate_buckets.refilled_at)))"""


class PostgresRateLimiter:
    """Token buckets in the ``rate_buckets`` table: one statement takes tokens or leaves the bucket as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, tenant_id: str, limit: RateLimit, tokens: int = 1) -> None:
        """Take tokens out of a tenant's bucket."""
        values = {
            "tenant": tenant_id,
            "bucket": limit.bucket,
            "burst": limit.burst,
            "per_s": limit.per_s,
            "tokens": tokens,
        }
        with self._database.transaction(tenant_id) as cursor:
            cursor.execute(
                f"""INSERT INTO rate_buckets (tenant_id, bucket, tokens)
                    SELECT %(tenant)s, %(bucket)s, %(burst)s - %(tokens)s WHERE %(tokens)s <= %(burst)s
                    ON CONFLICT (tenant_id, bucket) DO UPDATE
                       SET tokens = {_REFILLED} - %(tokens)s, refilled_at = now()
                     WHERE {_REFILLED} >= %(tokens)s""",
                values,
            )
            if cursor.rowcount == 1:
                return
            row = cursor.execute(
                f"SELECT {_REFILLED} AS left FROM rate_buckets WHERE tenant_id = %(tenant)s AND bucket = %(bucket)s",
                values,
            ).fetchone()
        left = float(row["left"]) if row else 0.0
        raise RateLimitError(max(1, ceil((tokens - left) / limit.per_s)))


class PostgresWebhooks:
    """The ``webhooks`` table as one tenant sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tenant_id: str, url: str, secret: str, *, limit: int) -> Webhook:
        """Add a webhook."""
        with self._database.transaction(tenant_id) as cursor:
            # Of two requests at the same time, the second counts what the first has added.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('webhooks ' || %s, 0))", (tenant_id,))
            row = cursor.execute(
                f"""INSERT INTO webhooks (id, tenant_id, url, secret)
                    SELECT %(id)s, %(tenant)s, %(url)s, %(secret)s
                     WHERE (SELECT count(*) FROM webhooks WHERE tenant_id = %(tenant)s) < %(limit)s
                    RETURNING {_WEBHOOK}""",
                {"id": uuid4(), "tenant": tenant_id, "url": url, "secret": secret, "limit": limit},
            ).fetchone()
        if row is None:
            raise TooManyWebhooksError(limit)
        return Webhook(**row)

    def all(self, tenant_id: str) -> tuple[Webhook, ...]:
        """All webhooks of a tenant, the oldest first."""
        with self._database.transaction(tenant_id) as cursor:
            rows = cursor.execute(
                f"SELECT {_WEBHOOK} FROM webhooks WHERE tenant_id = %s ORDER BY created_at, id", (tenant_id,)
            ).fetchall()
        return tuple(Webhook(**row) for row in rows)

    def remove(self, tenant_id: str, webhook_id: UUID) -> None:
        """Remove a webhook, and what was to be delivered to it."""
        with self._database.transaction(tenant_id) as cursor:
            cursor.execute("DELETE FROM webhooks WHERE id = %s AND tenant_id = %s", (webhook_id, tenant_id))
            if cursor.rowcount != 1:
                raise WebhookNotFoundError
