"""Batches are told of as a whole: a row of ``notifications`` may stand for a batch, and outlives its documents.

Revision 0003.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a notification stand for a batch; sending is the outbox's business, and no longer noted here."""
    op.execute("ALTER TABLE notifications ALTER COLUMN document_id DROP NOT NULL, DROP COLUMN sent_at")


def downgrade() -> None:
    """Refuse: the schema only goes forward."""
    raise NotImplementedError("The schema only goes forward; write a new migration instead.")
