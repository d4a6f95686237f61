"""Who was told what: each event once on each channel."""

from __future__ import annotations

from uuid import UUID

from docpipe.adapters.postgres.connection import Database
from docpipe.stores import Recipient

_ABANDONED_AFTER_S = 300
"""A claim this old was left by a sender that died: the mail may not have gone, so it is sent (again)."""


class PostgresNotifications:
    """The ``notifications`` table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, event_id: UUID, channel: str, document_id: UUID) -> Recipient | None:
        """Take the sending on, or None when it was sent, is being sent, or nobody is to be told."""
        with self._database.transaction() as cursor:
            document = cursor.execute(
                "SELECT owner_email, status_reason FROM documents WHERE id = %s AND owner_email IS NOT NULL",
                (document_id,),
            ).fetchone()
            if document is None:
                return None
            cursor.execute(
                """INSERT INTO notifications (event_id, channel, document_id) VALUES (%s, %s, %s)
                   ON CONFLICT (event_id, channel) DO UPDATE SET claimed_at = now()
                    WHERE notifications.sent_at IS NULL
                      AND notifications.claimed_at < now() - make_interval(secs => %s)""",
                (event_id, channel, document_id, _ABANDONED_AFTER_S),
            )
            if cursor.rowcount == 0:
                return None
        return Recipient(email=document["owner_email"], message=document["status_reason"])

    def sent(self, event_id: UUID, channel: str) -> None:
        """Note that it was sent."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "UPDATE notifications SET sent_at = now() WHERE event_id = %s AND channel = %s", (event_id, channel)
            )

    def unclaim(self, event_id: UUID, channel: str) -> None:
        """Sending failed; another delivery of the event may try."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "DELETE FROM notifications WHERE event_id = %s AND channel = %s AND sent_at IS NULL",
                (event_id, channel),
            )
