"""What waits, and what runs before what: queue positions and ETAs, derived from rows.

Everything here counts over all tenants, so it runs without row-level security; nothing but numbers leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from docpipe.adapters.postgres.rows import Ask, Cursor, within
from docpipe.domain.document import DocumentStatus
from docpipe.domain.eta import OWN_PAGES, TEXT_PAGE_SECONDS, Eta, Load, Pace, Shared, Work, assembling, estimate
from docpipe.domain.tiers import Tier, spec_of

_WINDOW_S = 300
"""Pages of the last five minutes tell the pace: long beside a page, short beside a change of load."""

_READERS = "nullif(current_setting('docpipe.shared_readers', true), '')::int"
"""Set on the database where all lanes share one machine: pages that are read side by side there."""

_BESIDE = "current_setting('docpipe.small_runs_beside', true) = 'on'"
"""Set there too, where a small document is read beside larger ones: it does not wait for what is in hand."""

# Being read first; then what has the priority lane, by right or by age; then by time. A chunk that has been
# tried before, or is being read, may have pages already; the others are whole. A page takes as long as those of
# its document that have been read; of one that nothing has been read of, pictures are recognised, and the pages
# of a PDF may hold their text already, or not.
_WORK = f"""
WITH pieces AS (
    SELECT c.document_id, split_part(c.lane, '-', 2) AS tier, c.lane LIKE '%%-priority' AS express,
           c.status = 'processing' AS running, c.created_at, c.id, d.status AS document_status,
           c.last_page - c.first_page + 1 - CASE WHEN c.attempt = 0 THEN 0 ELSE
               (SELECT count(*) FROM pages p WHERE p.document_id = c.document_id
                   AND p.page_number BETWEEN c.first_page AND c.last_page) END AS pages,
           d.content_type LIKE 'image/%%' AS picture, d.status = 'processing' AS begun
      FROM chunks c JOIN documents d ON d.id = c.document_id
     WHERE c.status IN ('queued', 'processing') AND d.status IN ('queued', 'processing')
), seen AS (
    SELECT b.document_id, count(*) AS seen, avg(p.duration_ms) / 1000.0 AS seen_s
      FROM (SELECT DISTINCT document_id FROM pieces WHERE begun) b JOIN pages p USING (document_id)
     GROUP BY b.document_id
), work AS (
    SELECT pieces.*, pages * (coalesce(seen, 0) * coalesce(seen_s, 0) + %(own)s
               * CASE WHEN picture THEN %(page_s)s ELSE %(text_s)s END) / (coalesce(seen, 0) + %(own)s) AS quick_s,
           pages * (coalesce(seen, 0) * coalesce(seen_s, 0) + %(own)s * %(page_s)s)
               / (coalesce(seen, 0) + %(own)s) AS slow_s
      FROM pieces LEFT JOIN seen USING (document_id)
), ordered AS (
    SELECT *, sum(pages) OVER turn AS up_to, sum(quick_s) OVER turn AS quick_up_to, sum(slow_s) OVER turn AS slow_up_to
      FROM work
    WINDOW turn AS (PARTITION BY tier ORDER BY running DESC, express DESC, created_at, document_id, id)
), loads AS (
    SELECT document_id, max(tier) AS tier, bool_or(express) AS express, min(created_at) AS since,
           sum(pages)::int AS pages, sum(quick_s)::float AS quick_s, sum(slow_s)::float AS slow_s,
           count(*)::int AS chunks,
           greatest(0, max(up_to) - sum(pages))::int AS pages_ahead,
           greatest(0, max(quick_up_to) - sum(quick_s))::float AS quick_ahead_s,
           greatest(0, max(slow_up_to) - sum(slow_s))::float AS slow_ahead_s,
           bool_and(document_status = 'queued') AS waits
      FROM ordered GROUP BY document_id
), lanes AS (
    SELECT tier, sum(slow_s)::float AS slow_s,
           greatest(sum(slow_s) FILTER (WHERE running), max(slow_s))::float AS in_hand_s,
           count(*) FILTER (WHERE running)::int AS working
      FROM work GROUP BY tier
), positions AS (
    SELECT document_id,
           row_number() OVER (PARTITION BY tier ORDER BY express DESC, since, document_id)::int AS position
      FROM loads WHERE waits
)
SELECT l.*, p.position, m.working, {_READERS} AS readers, o.others, o.others_s, o.in_hand_s
  FROM loads l JOIN lanes m USING (tier) LEFT JOIN positions p USING (document_id), LATERAL (
       SELECT count(*)::int AS others, coalesce(sum(slow_s), 0) AS others_s,
              CASE WHEN l.tier = 'small' AND {_BESIDE} THEN 0 ELSE coalesce(sum(in_hand_s), 0) END AS in_hand_s
         FROM lanes WHERE tier <> l.tier) o
 WHERE l.document_id = ANY(%(documents)s)
"""

# A page has one worker of one vCPU in every tier, so that the pages of all tell the pace; each tier has readers of
# its own. The row over all tiers comes even when there are no pages.
_RECENT = """
SELECT d.tier, grouping(d.tier) = 1 AS overall, (count(*) FILTER (WHERE p.source = 'ocr'))::int AS pages,
       avg(p.duration_ms) FILTER (WHERE p.source = 'ocr') / 1000.0 AS page_s,
       coalesce(stddev_samp(p.duration_ms) FILTER (WHERE p.source = 'ocr'), 0) / 1000.0 AS deviation_s,
       coalesce(sum(p.duration_ms) FILTER (WHERE p.source <> 'failed'), 0) / 1000.0
           / greatest(1, extract(epoch FROM now() - min(p.created_at) FILTER (WHERE p.source <> 'failed')))
           AS side_by_side
  FROM pages p JOIN documents d ON d.id = p.document_id
 WHERE p.created_at > now() - make_interval(secs => %s)
 GROUP BY GROUPING SETS ((), (d.tier))
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a document stands among the others. ``position`` is None once it is being read."""

    position: int | None
    eta: Eta | None


def waiting_of(ask: Ask, documents: Sequence[dict[str, Any]]) -> dict[UUID, Waiting]:
    """Positions and ETAs of those documents that wait or are worked on, by their ids.

    Args:
        ask: asked only when some of them wait in a lane or are read.
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
    recent = ask(_RECENT, (_WINDOW_S,))
    pace = _pace(next(row for row in recent if row["overall"]))
    side_by_side = {row["tier"]: float(row["side_by_side"]) for row in recent if not row["overall"]}
    believed = {"page_s": pace.believed()[0], "text_s": TEXT_PAGE_SECONDS, "own": OWN_PAGES}
    for row in ask(_WORK, {"documents": list(active), **believed}):
        paced = replace(pace, side_by_side=side_by_side.get(row["tier"], 0.0))
        found[row["document_id"]] = Waiting(row["position"], estimate(_load(row, active[row["document_id"]]), paced))
    return found


def _pace(recent: dict[str, Any]) -> Pace:
    if not recent["pages"]:
        return Pace()
    return Pace(pages=recent["pages"], page_s=float(recent["page_s"]), deviation_s=float(recent["deviation_s"]))


def _load(row: dict[str, Any], page_count: int) -> Load:
    shared = None
    if row["readers"] is not None:
        shared = Shared(row["readers"], row["others"], row["others_s"], row["in_hand_s"])
    return Load(
        ahead=Work(row["pages_ahead"], row["quick_ahead_s"], row["slow_ahead_s"]),
        own=Work(row["pages"], row["quick_s"], row["slow_s"]),
        chunks=row["chunks"],
        page_count=page_count,
        working=row["working"],
        page_workers=spec_of(Tier(row["tier"])).page_workers,
        overtakable=not row["express"],
        shared=shared,
    )


def promise(cursor: Cursor, document_id: UUID, page_count: int) -> None:
    """Keep the range that holds for a document as it joins the queue: what was promised is compared with what came."""
    row = {"document_id": document_id, "status": DocumentStatus.QUEUED, "page_count": page_count}
    waiting = waiting_of(within(cursor), [row]).get(document_id)
    if waiting is not None and waiting.eta is not None:
        cursor.execute(
            """UPDATE documents
                  SET eta_promised_at = now(), eta_earliest_at = now() + make_interval(secs => %s),
                      eta_latest_at = now() + make_interval(secs => %s)
                WHERE id = %s AND eta_promised_at IS NULL""",
            (waiting.eta.earliest_s, waiting.eta.latest_s, document_id),
        )
