"""Moving chunks that have waited too long to the priority lane."""

from __future__ import annotations

from docpipe.adapters.postgres.outbox import post
from docpipe.adapters.postgres.rows import Cursor
from docpipe.domain.ageing import may_be_promoted
from docpipe.domain.lanes import Lane
from docpipe.domain.tiers import Tier
from docpipe.messages import ChunkReady


def promote_lane(cursor: Cursor, tier: Tier, waiting_s: int) -> int:
    """Move the longest waiting chunks of a tier to its priority lane; returns how many.

    The generation rises, so that the message which still waits in the lane of before is stale: it is
    dropped when its turn comes, and the chunk is not read twice.
    """
    priority = Lane(tier, priority=True).queue
    waiting = cursor.execute(
        """SELECT count(*) FILTER (WHERE promoted_at IS NULL)::int AS by_right,
                  count(*) FILTER (WHERE promoted_at IS NOT NULL)::int AS promoted
             FROM chunks WHERE lane = %s AND status = 'queued'""",
        (priority,),
    ).fetchone() or {"by_right": 0, "promoted": 0}
    room = may_be_promoted(waiting_by_right=waiting["by_right"], waiting_promoted=waiting["promoted"])
    rows = cursor.execute(
        """UPDATE chunks
              SET lane = %s, generation = generation + 1, promoted_at = now(), updated_at = now()
            WHERE id IN (SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id
                          WHERE c.lane = %s AND c.status = 'queued' AND d.status IN ('queued', 'processing')
                            AND c.created_at < now() - make_interval(secs => %s)
                          ORDER BY c.created_at, c.id LIMIT %s FOR UPDATE OF c SKIP LOCKED)
        RETURNING id, document_id, generation""",
        (priority, Lane(tier, priority=False).queue, waiting_s, room),
    ).fetchall()
    for row in rows:
        message = ChunkReady(document_id=row["document_id"], chunk_id=row["id"], generation=row["generation"])
        post(cursor, priority, row["document_id"], message)
    return len(rows)
