"""Finding what is stuck: uploads that never came, work that nobody holds, messages that were dead-lettered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from psycopg.rows import DictRow

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.outbox import ANNOUNCED, announce, post
from docpipe.adapters.postgres.promotion import promote_lane
from docpipe.adapters.postgres.rows import Cursor
from docpipe.domain import lanes
from docpipe.domain.errors import DocpipeError
from docpipe.domain.tiers import Tier
from docpipe.messages import AssemblyReady, ChunkReady, UploadArrived


class PostgresUpkeep:
    """The sweeper's and the dead-letter handler's view of the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def bury_chunk(self, chunk_id: UUID, error: DocpipeError) -> bool:
        """Fail a chunk whose message is dead-lettered and that no attempt holds.

        The generation stays: the message in the dead-letter queue is the one to be redriven.
        """
        with self._database.transaction() as cursor:
            row = cursor.execute(
                """UPDATE chunks
                      SET status = 'failed', error_code = %s, error_reason = %s, attempt_token = NULL,
                          lease_until = NULL, finished_at = now(), updated_at = now()
                    WHERE id = %s AND status IN ('queued', 'processing')
                      AND (lease_until IS NULL OR lease_until < now())
                RETURNING document_id""",
                (error.code, error.message, chunk_id),
            ).fetchone()
            if row is not None:
                _fail_document(cursor, row["document_id"], ["queued", "processing"], error)
            return row is not None

    def bury_document(self, document_id: UUID, error: DocpipeError) -> bool:
        """Fail a document whose intake or assembly message is dead-lettered and that no attempt holds."""
        with self._database.transaction() as cursor:
            return _fail_document(cursor, document_id, ["awaiting_upload", "assembling"], error)

    def revive(self, *, silent_s: int, lost_s: int) -> int:
        """Announce again work that nobody holds; returns how much.

        Args:
            silent_s: for how long where it was begun, seconds.
            lost_s: for how long where it never was: as long as its message cannot still be waiting.
        """
        with self._database.transaction() as cursor:
            chunks = cursor.execute(
                """UPDATE chunks SET updated_at = now()
                    WHERE status = 'processing' AND lease_until < now() - make_interval(secs => %(silent)s)
                      AND updated_at < now() - make_interval(secs => %(silent)s)
                       OR status = 'queued' AND updated_at < now() - make_interval(secs => %(lost)s)
                RETURNING id, document_id, lane, generation""",
                {"silent": silent_s, "lost": lost_s},
            ).fetchall()
            _announce_chunks(cursor, chunks)
            return len(chunks) + _revive_stages(cursor, silent_s)

    def announce_unbegun(self, *, after_s: int, until_s: int) -> int:
        """Announce again assembly that nobody has begun, though nothing before it can be why; returns how many.

        Only what was never tried: the queue brings back by itself what was put off. Held documents that came later
        tell that it was passed over; none held, that nothing stands before it.
        """
        with self._database.transaction() as cursor:
            rows = cursor.execute(
                """UPDATE documents d SET lease_until = NULL
                    WHERE status = 'assembling' AND attempts = 0 AND attempt_token IS NULL AND status_code IS NULL
                      AND greatest(assembling_at, updated_at) < now() - make_interval(secs => %(after)s)
                      AND assembling_at > now() - make_interval(secs => %(until)s)
                      AND coalesce(assembling_at < (SELECT max(assembling_at) FROM documents
                                                     WHERE status = 'assembling' AND lease_until > now()), true)
                RETURNING id, generation""",
                {"after": after_s, "until": until_s},
            ).fetchall()
            for row in rows:
                message = AssemblyReady(document_id=row["id"], generation=row["generation"])
                post(cursor, lanes.ASSEMBLE, row["id"], message)
            return len(rows)

    def announce_unclaimed(self, *, after_s: int, until_s: int) -> int:
        """Announce again chunks that nobody has ever claimed, though nothing before them can be why; returns how many.

        One that was claimed comes back by its lease, or by its queue when it was put off. What other tenants have in
        hand tells nothing: queues are fair between tenants. The first message, when it comes back, finds the chunk
        claimed or done.
        """
        with self._database.transaction() as cursor:
            rows = cursor.execute(
                """WITH held AS (SELECT k.lane, d.tenant_id, k.created_at
                                   FROM chunks k JOIN documents d ON d.id = k.document_id
                                  WHERE k.status = 'processing' AND k.lease_until > now())
                   UPDATE chunks c SET updated_at = now()
                     FROM documents d
                    WHERE d.id = c.document_id AND d.status IN ('queued', 'processing')
                      AND c.status = 'queued' AND c.started_at IS NULL
                      AND c.created_at > now() - make_interval(secs => %(until)s)
                      AND c.updated_at < now() - greatest(make_interval(secs => %(after)s), c.updated_at - c.created_at)
                      AND (NOT EXISTS (SELECT FROM held WHERE held.lane = c.lane)
                           OR EXISTS (SELECT FROM held WHERE held.lane = c.lane AND held.tenant_id = d.tenant_id
                                         AND held.created_at > c.created_at + make_interval(secs => %(after)s)))
                RETURNING c.id, c.document_id, c.lane, c.generation""",
                {"after": after_s, "until": until_s},
            ).fetchall()
            _announce_chunks(cursor, rows)
            return len(rows)

    def promote(self, *, waiting_s: int) -> int:
        """Move chunks that have waited too long to the priority lane of their tier; returns how many."""
        with self._database.transaction() as cursor:
            return sum(promote_lane(cursor, tier, waiting_s) for tier in Tier)

    def forget_keys(self, *, older_than_s: int) -> int:
        """Delete idempotency keys; returns how many."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "DELETE FROM idempotency_keys WHERE created_at < now() - make_interval(secs => %s)", (older_than_s,)
            )
            return cursor.rowcount

    def stuck(self, *, older_than_s: int) -> int:
        """How many documents have been unfinished, and untouched, for ``older_than_s`` seconds."""
        with self._database.transaction() as cursor:
            row = cursor.execute(
                """SELECT count(*) AS number FROM documents
                    WHERE status IN ('queued', 'processing', 'assembling')
                      AND updated_at < now() - make_interval(secs => %s)""",
                (older_than_s,),
            ).fetchone()
            return int(row["number"]) if row else 0


def _announce_chunks(cursor: Cursor, rows: Sequence[DictRow]) -> None:
    for row in rows:
        message = ChunkReady(document_id=row["document_id"], chunk_id=row["id"], generation=row["generation"])
        post(cursor, row["lane"], row["document_id"], message)


def _fail_document(cursor: Cursor, document_id: UUID, states: list[str], error: DocpipeError) -> bool:
    row = cursor.execute(
        f"""UPDATE documents
               SET status = 'failed', status_code = %s, status_reason = %s, finished_at = now(),
                   attempt_token = NULL, lease_until = NULL
             WHERE id = %s AND status = ANY(%s) AND (lease_until IS NULL OR lease_until < now())
         RETURNING {ANNOUNCED}""",
        (error.code, error.message, document_id, states),
    ).fetchone()
    if row is not None:
        announce(cursor, row)
    return row is not None


def _revive_stages(cursor: Cursor, silent_s: int) -> int:
    """Announce again intake that died, and assembly that died or was never begun."""
    rows = cursor.execute(
        """UPDATE documents SET lease_until = NULL
            WHERE (status = 'awaiting_upload' AND lease_until < now() - make_interval(secs => %(s)s)
                   OR status = 'assembling'
                      AND coalesce(lease_until, assembling_at) < now() - make_interval(secs => %(s)s))
              AND updated_at < now() - make_interval(secs => %(s)s)
        RETURNING id, status, generation, object_version""",
        {"s": silent_s},
    ).fetchall()
    for row in rows:
        document_id, generation = row["id"], row["generation"]
        if row["status"] == "assembling":
            post(cursor, lanes.ASSEMBLE, document_id, AssemblyReady(document_id=document_id, generation=generation))
        else:
            post(cursor, lanes.INTAKE, document_id, UploadArrived(document_id=document_id, generation=generation))
    return len(rows)
