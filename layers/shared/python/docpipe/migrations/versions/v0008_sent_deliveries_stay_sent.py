"""A delivery whose address is forgotten cannot be put back among the messages to be sent.

Revision 0008. The outbox drops addresses and secrets once a message is sent (``adapters/postgres/outbox.py``). Such a
row, marked unsent again by hand, would become a message that nobody can deliver. What can be sent again is the event
that the delivery followed from.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the constraint. Rows of before fulfil it: what is unsent has its address."""
    op.execute(
        """ALTER TABLE events ADD CONSTRAINT sent_deliveries_stay_sent CHECK (
               published_at IS NOT NULL OR
               CASE body ->> 'kind' WHEN 'mail' THEN body ? 'recipient'
                                    WHEN 'webhook' THEN body ?& ARRAY['url', 'secrets']
                                    ELSE true END)"""
    )


def downgrade() -> None:
    """Refuse: the schema only goes forward."""
    raise NotImplementedError("The schema only goes forward; write a new migration instead.")
