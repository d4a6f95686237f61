"""What waits, and what runs before what: queue positions and ETAs, derived from rows.

Everything here counts over all tenants, so it runs without row-level security; nothing but numbers leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from docpipe.adapters.postgres.settlement import Cursor
from docpipe.domain.document import DocumentStatus
from docpipe.domain.eta import Eta, Load, Pace, assembling, estimate
from docpipe.domain.tiers import Tier, spec_of

_WINDOW_S = 300
"""Pages of the last five minutes tell the pace: long beside a page, short beside a change of load."""

# Being read first; then what has the priority lane, by right or by age; then by time. A chunk that has been
# tried before, or is being read, may have pages already; the others are whole.
_WORK = """
WITH work AS (
    SELECT c.document_id, split_part(c.lane, '-', 2) AS tier, c.lane LIKE '%%-priority' AS express,
           c.status = 'processing' AS running, c.created_at, c.id, d.status AS document_status,
           c.last_page - c.first_page + 1 - CASE WHEN c.attempt = 0 THEN 0 ELSE
               (SELECT count(*) FROM pages p WHERE p.document_id = c.document_id
                   AND p.page_number BETWEEN c.first_page AND c.last_page) END AS pages
      FROM chunks c JOIN documents d ON d.id = c.document_id
     WHERE c.status IN ('queued', 'processing') AND d.status IN ('queued', 'processing')
), ordered AS (
    SELECT *, sum(pages) OVER (PARTITION BY tier
                               ORDER BY running DESC, express DESC, created_at, document_id, id) AS up_to
      FROM work
), loads AS (
    SELECT document_id, max(tier) AS tier, bool_or(express) AS express, min(created_at) AS since,
           sum(pages)::int AS pages, count(*)::int AS chunks,
           greatest(0, max(up_to) - sum(pages))::int AS pages_ahead,
           bool_and(document_status = 'queued') AS waits
      FROM ordered GROUP BY document_id
), positions AS (
    SELECT document_id,
           row_number() OVER (PARTITION BY tier ORDER BY express DESC, since, document_id)::int AS position
      FROM loads WHERE waits
)
SELECT l.*, p.position, (SELECT count(*) FROM work w WHERE w.tier = l.tier AND w.running)::int AS working
  FROM loads l LEFT JOIN positions p USING (document_id)
 WHERE l.document_id = ANY(%s)
"""

_PACE = """
SELECT d.tier, count(*)::int AS pages,
       avg(p.duration_ms) / 1000.0 AS page_s, coalesce(stddev_samp(p.duration_ms), 0) / 1000.0 AS deviation_s,
       sum(p.duration_ms) / 1000.0 / greatest(1, extract(epoch FROM now() - min(p.created_at))) AS side_by_side
  FROM pages p JOIN documents d ON d.id = p.document_id
 WHERE p.created_at > now() - make_interval(secs => %s) AND p.source <> 'failed'
 GROUP BY d.tier
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a document stands among the others. ``position`` is None once it is being read."""

    position: int | None
    eta: Eta | None


def waiting_of(cursor: Cursor, documents: Sequence[dict[str, Any]]) -> dict[UUID, Waiting]:
    """Positions and ETAs of those documents that wait or are worked on, by their ids.

    Args:
        documents: rows with ``document_id``, ``status`` and ``page_count``.
    """
    found = {
        row["document_id"]: Waiting(None, assembling(row["page_count"] or 1))
        for row in documents
        if row["status"] == DocumentStatus.ASSEMBLING
    }
    active = {
        row["document_id"]: row["page_count"] or 1
        for row in documents
        if row["status"] in (DocumentStatus.QUEUED, DocumentStatus.PROCESSING)
    }
    if not active:
        return found
    paces = {row.pop("tier"): Pace(**_floats(row)) for row in cursor.execute(_PACE, (_WINDOW_S,)).fetchall()}
    for row in cursor.execute(_WORK, (list(active),)).fetchall():
        eta = estimate(_load(row, active[row["document_id"]]), paces.get(row["tier"], Pace()))
        found[row["document_id"]] = Waiting(row["position"], eta)
    return found


def _load(row: dict[str, Any], page_count: int) -> Load:
    return Load(
        pages_ahead=row["pages_ahead"],
        pages=row["pages"],
        chunks=row["chunks"],
        page_count=page_count,
        working=row["working"],
        page_workers=spec_of(Tier(row["tier"])).page_workers,
        overtakable=not row["express"],
    )


def _floats(row: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL gives numerics as decimals."""
    return {name: value if isinstance(value, int) else float(value) for name, value in row.items()}


def promise(cursor: Cursor, document_id: UUID, page_count: int) -> None:
    """Keep the range that holds for a document as it joins the queue: what was promised is compared with what came."""
    row = {"document_id": document_id, "status": DocumentStatus.QUEUED, "page_count": page_count}
    waiting = waiting_of(cursor, [row]).get(document_id)
    if waiting is not None and waiting.eta is not None:
        cursor.execute(
            """UPDATE documents
                  SET eta_promised_at = now(), eta_earliest_at = now() + make_interval(secs => %s),
                      eta_latest_at = now() + make_interval(secs => %s)
                WHERE id = %s AND eta_promised_at IS NULL""",
            (waiting.eta.earliest_s, waiting.eta.latest_s, document_id),
        )
