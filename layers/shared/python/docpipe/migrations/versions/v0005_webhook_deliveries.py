"""Deliveries to webhooks: what is sent, when it is tried again; which events a webhook is told of; two secrets.

Revision 0005.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WEBHOOKS = """
ALTER TABLE webhooks
    ADD COLUMN owner_email         text,
    -- NULL: every change of state.
    ADD COLUMN events              text[],
    ADD COLUMN former_secret       text,
    ADD COLUMN former_secret_until timestamptz,
    ADD COLUMN disabled_reason     text CHECK (disabled_reason IN ('by_owner', 'failing', 'gone')),
    ADD CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL));
GRANT UPDATE ON webhooks TO docpipe_tenant;
"""

# Nothing was delivered before, so there are no rows to fill.
_DELIVERIES = """
ALTER TABLE webhook_deliveries
    ALTER COLUMN document_id DROP NOT NULL,
    ADD COLUMN event           text NOT NULL,
    ADD COLUMN body            text NOT NULL,
    ADD COLUMN error           text,
    ADD COLUMN next_attempt_at timestamptz;
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (coalesce(next_attempt_at, claimed_at))
    WHERE delivered_at IS NULL AND given_up_at IS NULL;
DROP INDEX webhook_deliveries_by_webhook;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, created_at DESC, event_id DESC);
"""

# A test, or word that a webhook is disabled, belongs to no document.
_EVENTS = "ALTER TABLE events ALTER COLUMN document_id DROP NOT NULL"


def upgrade() -> None:
    """Add the columns."""
    for statements in (_WEBHOOKS, _DELIVERIES, _EVENTS):
        op.execute(statements)


def downgrade() -> None:
    """Refuse: the schema only goes forward."""
    raise NotImplementedError("The schema only goes forward; write a new migration instead.")
