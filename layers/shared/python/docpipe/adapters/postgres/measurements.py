"""Measurements from the rows of documents and chunks."""

from __future__ import annotations

from uuid import UUID

from docpipe.adapters.postgres.connection import Database
from docpipe.stores import DocumentFacts, LaneSample, PastHour

_CHANNEL = "metrics"


class PostgresMeasurements:
    """Reads the tables; notes in ``notifications`` which events were measured."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, event_id: UUID, document_id: UUID) -> DocumentFacts | None:
        """The document's facts, once an event."""
        rows = self._database.rows(
            """WITH claimed AS (
                   INSERT INTO notifications (event_id, channel, document_id)
                   SELECT %s, %s, id FROM documents WHERE id = %s
                   ON CONFLICT (event_id, channel) DO NOTHING
                   RETURNING document_id)
               SELECT NOT EXISTS (SELECT FROM notifications n WHERE n.document_id = d.id AND n.channel = %s) AS first,
                      (SELECT lane FROM chunks WHERE chunks.document_id = d.id ORDER BY created_at LIMIT 1) AS lane,
                      extract(epoch FROM started_at - queued_at)::float8 AS wait_s,
                      extract(epoch FROM finished_at - queued_at)::float8 AS turnaround_s,
                      page_count, cost_microusd,
                      finished_at BETWEEN eta_earliest_at AND eta_latest_at AS inside_eta
                 FROM documents d JOIN claimed ON claimed.document_id = d.id""",
            (event_id, _CHANNEL, document_id, _CHANNEL),
        )
        return DocumentFacts(**rows[0]) if rows else None

    def states(self) -> dict[str, int]:
        """Unfinished documents by status."""
        with self._database.transaction() as cursor:
            rows = cursor.execute(
                """SELECT status, count(*) AS number FROM documents
                    WHERE status IN ('awaiting_upload', 'queued', 'processing', 'assembling') GROUP BY status"""
            ).fetchall()
        return {row["status"]: row["number"] for row in rows}

    def lanes(self) -> dict[str, LaneSample]:
        """The lanes that hold anything. Chunks of documents that have ended wait for nothing."""
        with self._database.transaction() as cursor:
            rows = cursor.execute(
                """SELECT c.lane,
                          count(*) FILTER (WHERE c.status = 'queued') AS waiting,
                          count(*) FILTER (WHERE c.status = 'processing' AND c.lease_until > now()) AS running,
                          coalesce(extract(epoch FROM now() - min(c.created_at)
                              FILTER (WHERE c.status = 'queued' AND c.started_at IS NULL)), 0)::float8 AS oldest_s
                     FROM chunks c JOIN documents d ON d.id = c.document_id
                    WHERE c.status IN ('queued', 'processing') AND d.status IN ('queued', 'processing')
                    GROUP BY c.lane"""
            ).fetchall()
        return {row.pop("lane"): LaneSample(**row) for row in rows}

    def past_hour(self) -> PastHour:
        """How documents ended in the past hour; those cancelled or never uploaded were no jobs."""
        with self._database.transaction() as cursor:
            row = cursor.execute(
                """SELECT count(*) FILTER (WHERE status = 'failed') AS failed, count(*) AS ended FROM documents
                    WHERE finished_at > now() - interval '1 hour'
                      AND status IN ('completed', 'completed_with_failures', 'failed')"""
            ).fetchone()
        return PastHour(**row) if row else PastHour(0, 0)
