"""Rate limits and settings of tenants."""

from __future__ import annotations

from math import ceil

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.lifecycle import audit
from docpipe.adapters.postgres.rows import sure_row
from docpipe.domain.errors import RateLimitError
from docpipe.domain.limits import RateLimit
from docpipe.stores import SettingsChange, TenantSettings

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


class PostgresSettings:
    """The ``tenants`` table as one tenant sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, tenant_id: str) -> TenantSettings:
        """A tenant's settings; the table's defaults where it has chosen none."""
        return self._change(tenant_id, {}, actor=None)

    def change(self, tenant_id: str, change: SettingsChange, *, actor: str) -> TenantSettings:
        """Change a tenant's settings, and keep in the audit who did."""
        return self._change(tenant_id, change, actor=actor)

    def _change(self, tenant_id: str, change: SettingsChange, *, actor: str | None) -> TenantSettings:
        values = {
            "tenant": tenant_id,
            "opt_out": change.get("email_opt_out"),
            "choose": "default_languages" in change,
            "languages": change.get("default_languages"),
        }
        with self._database.transaction(tenant_id) as cursor:
            cursor.execute("INSERT INTO tenants (tenant_id) VALUES (%(tenant)s) ON CONFLICT DO NOTHING", values)
            cursor.execute(
                """UPDATE tenants
                      SET email_opt_out = coalesce(%(opt_out)s, email_opt_out),
                          default_languages = CASE WHEN %(choose)s THEN %(languages)s ELSE default_languages END
                    WHERE tenant_id = %(tenant)s RETURNING email_opt_out, default_languages""",
                values,
            )
            row = sure_row(cursor)
            if change and actor is not None:
                audit(cursor, tenant_id, actor, "settings.changed", **change)
        return TenantSettings(**row)
