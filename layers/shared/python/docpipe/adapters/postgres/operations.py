"""The operator's numbers, over all tenants; derived from rows, never from counters that could leak."""

from __future__ import annotations

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.lifecycle import audit
from docpipe.adapters.postgres.rows import Cursor
from docpipe.domain.cost import cost_microusd
from docpipe.domain.lanes import LANES
from docpipe.stores import LaneView, Minute, Overview

_LANES = """
SELECT c.lane, count(*) FILTER (WHERE c.status = 'queued')::int AS waiting,
       count(*) FILTER (WHERE c.status = 'processing')::int AS running,
       extract(epoch FROM now() - min(c.created_at) FILTER (WHERE c.status = 'queued'))::int AS oldest_s
  FROM chunks c JOIN documents d ON d.id = c.document_id
 WHERE c.status IN ('queued', 'processing') AND d.status IN ('queued', 'processing') GROUP BY c.lane
"""
_STATES = "SELECT status AS name, count(*)::int AS number FROM documents GROUP BY status ORDER BY status"
_FAILURES = """
SELECT name, sum(number)::int AS number FROM (
    SELECT status_code AS name, count(*) AS number FROM documents
     WHERE status = 'failed' AND finished_at > now() - interval '7 days' GROUP BY 1
    UNION ALL
    SELECT error_code, count(*) FROM pages
     WHERE source = 'failed' AND created_at > now() - interval '7 days' GROUP BY 1) AS failures
 WHERE name IS NOT NULL GROUP BY name ORDER BY number DESC, name
"""
_THROUGHPUT = """
SELECT coalesce(p.minute, w.minute) AS minute, coalesce(p.pages, 0) AS pages, w.wait_p50_s
  FROM (SELECT date_trunc('minute', created_at) AS minute, count(*)::int AS pages
          FROM pages WHERE created_at > now() - interval '1 hour' GROUP BY 1) AS p
  FULL JOIN (SELECT date_trunc('minute', started_at) AS minute,
                    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - queued_at)::float8)
                        AS wait_p50_s
               FROM documents WHERE started_at > now() - interval '1 hour' GROUP BY 1) AS w
    ON w.minute = p.minute
 ORDER BY 1
"""
_COST = """
SELECT coalesce(sum(usage_mb_ms), 0)::bigint AS mb_ms, coalesce(sum(usage_invocations), 0)::bigint AS invocations,
       coalesce(sum(usage_puts), 0)::bigint AS puts
  FROM documents
 WHERE finished_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
"""
_PROMISES = """
SELECT count(*)::int AS promises,
       count(*) FILTER (WHERE finished_at BETWEEN eta_earliest_at AND eta_latest_at)::int AS kept
  FROM documents
 WHERE eta_promised_at IS NOT NULL AND status IN ('completed', 'completed_with_failures')
   AND finished_at > now() - interval '7 days'
"""


class PostgresOperations:
    """All tables, for an operator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def overview(self) -> Overview:
        """How the system does now."""
        with self._database.transaction() as cursor:
            promises = cursor.execute(_PROMISES).fetchone() or {"promises": 0, "kept": 0}
            used = cursor.execute(_COST).fetchone() or {"mb_ms": 0, "invocations": 0, "puts": 0}
            return Overview(
                lanes=_lanes(cursor),
                documents_by_state=_numbers(cursor, _STATES),
                failures_by_reason=_numbers(cursor, _FAILURES),
                throughput=tuple(Minute(**row) for row in cursor.execute(_THROUGHPUT).fetchall()),
                cost_microusd_today=cost_microusd(**used),
                eta_promises=promises["promises"],
                eta_kept=promises["kept"],
            )

    def note_redrive(self, tenant_id: str, *, actor: str, queue: str, moved: int) -> None:
        """Keep in the audit who moved how many dead letters back."""
        with self._database.transaction() as cursor:
            audit(cursor, tenant_id, actor, "queue.redriven", queue=queue, moved=moved)


def _lanes(cursor: Cursor) -> tuple[LaneView, ...]:
    """Every lane, those with nothing in them too."""
    found = {row.pop("lane"): row for row in cursor.execute(_LANES).fetchall()}
    idle = {"waiting": 0, "running": 0, "oldest_s": None}
    return tuple(LaneView(lane.queue, **found.get(lane.queue, idle)) for lane in LANES)


def _numbers(cursor: Cursor, query: str) -> dict[str, int]:
    return {row["name"]: row["number"] for row in cursor.execute(query).fetchall()}
