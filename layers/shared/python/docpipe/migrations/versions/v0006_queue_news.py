"""When a tenant was last told of its documents' places in the queue, so that it is not told too often.

Revision 0006.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table. Only functions that see all tenants use it, so no policy opens it to one."""
    op.execute(
        """CREATE TABLE queue_news (
               tenant_id text PRIMARY KEY,
               told_at   timestamptz NOT NULL DEFAULT now()
           );
           ALTER TABLE queue_news ENABLE ROW LEVEL SECURITY"""
    )


def downgrade() -> None:
    """Refuse: the schema only goes forward."""
    raise NotImplementedError("The schema only goes forward; write a new migration instead.")
