"""Tenants and what they ask of the API: webhooks, batches, idempotency keys, rate limits, erasure with its audit.

Revision 0002.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DOCUMENTS = """
ALTER TABLE documents
    -- The first range that the owner was told, so that promises can be compared with what came.
    ADD COLUMN eta_promised_at timestamptz,
    ADD COLUMN eta_earliest_at timestamptz,
    ADD COLUMN eta_latest_at   timestamptz,
    ADD CHECK (eta_earliest_at <= eta_latest_at);
CREATE INDEX documents_by_batch ON documents (tenant_id, batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX documents_by_status ON documents (tenant_id, status, created_at DESC, id);
CREATE INDEX documents_finished ON documents (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX pages_recent ON pages (created_at);
ALTER TABLE chunks ADD COLUMN promoted_at timestamptz;
"""

_GUARD = """
CREATE OR REPLACE FUNCTION documents_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('awaiting_upload', 'queued'), ('awaiting_upload', 'failed'),
        ('awaiting_upload', 'expired'), ('awaiting_upload', 'cancelled'),
        ('queued', 'processing'), ('queued', 'failed'), ('queued', 'cancelled'),
        ('processing', 'assembling'), ('processing', 'failed'), ('processing', 'cancelled'),
        ('assembling', 'completed'), ('assembling', 'completed_with_failures'),
        ('assembling', 'failed'), ('assembling', 'cancelled'),
        ('completed_with_failures', 'processing'),
        ('failed', 'awaiting_upload'), ('failed', 'processing'), ('failed', 'assembling')
    ) THEN
        RAISE EXCEPTION 'a document does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.revision := OLD.revision + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;
"""

_TENANTS = """
CREATE TABLE tenants (
    tenant_id         text PRIMARY KEY,
    default_languages text NOT NULL DEFAULT 'eng',
    email_opt_out     boolean NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE rate_buckets (
    tenant_id       text NOT NULL,
    bucket          text NOT NULL,
    tokens          double precision NOT NULL CHECK (tokens >= 0),
    refilled_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, bucket)
);
CREATE TABLE idempotency_keys (
    tenant_id       text NOT NULL,
    key             text NOT NULL,
    request_hash    text NOT NULL,
    answer          jsonb NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
"""

_WEBHOOKS = """
CREATE TABLE webhooks (
    id              uuid PRIMARY KEY,
    tenant_id       text NOT NULL,
    url             text NOT NULL,
    secret          text NOT NULL,
    failures        integer NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    disabled_at     timestamptz
);
CREATE INDEX webhooks_by_tenant ON webhooks (tenant_id, created_at);
CREATE TABLE webhook_deliveries (
    event_id        uuid NOT NULL,
    webhook_id      uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    document_id     uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    attempts        integer NOT NULL DEFAULT 0,
    answered        integer,
    claimed_at      timestamptz,
    delivered_at    timestamptz,
    given_up_at     timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, webhook_id)
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, created_at);
"""

# The audit outlives what it tells of, so it refers to documents without a foreign key.
_AUDIT = """
CREATE TABLE audit (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id       text NOT NULL,
    actor           text NOT NULL,
    action          text NOT NULL,
    document_id     uuid,
    details         jsonb NOT NULL DEFAULT '{}',
    occurred_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_by_tenant ON audit (tenant_id, occurred_at);
CREATE INDEX audit_by_document ON audit (document_id);
CREATE TABLE erasures (
    document_id     uuid PRIMARY KEY,
    tenant_id       text NOT NULL,
    due_at          timestamptz NOT NULL,
    erased_at       timestamptz
);
CREATE INDEX erasures_due ON erasures (due_at) WHERE erased_at IS NULL;
"""

_OWNED = ("tenants", "rate_buckets", "idempotency_keys", "webhooks", "audit", "erasures")
"""Tables with a tenant's id in each row."""


def upgrade() -> None:
    """Add the tables and columns; each new table shows a tenant its own rows only."""
    for statements in (_DOCUMENTS, _GUARD, _TENANTS, _WEBHOOKS, _AUDIT):
        op.execute(statements)
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"""CREATE POLICY {table}_of_tenant ON {table} TO docpipe_tenant
                USING (tenant_id = current_setting('docpipe.tenant_id', true))
                WITH CHECK (tenant_id = current_setting('docpipe.tenant_id', true))"""
        )
    op.execute("ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY")
    op.execute(
        """CREATE POLICY webhook_deliveries_of_tenant ON webhook_deliveries TO docpipe_tenant
           USING (EXISTS (SELECT FROM webhooks WHERE webhooks.id = webhook_deliveries.webhook_id))"""
    )
    _grant()


def _grant() -> None:
    """What a tenant's requests may do themselves; what was done stays in the audit, which they only add to."""
    op.execute(
        """GRANT DELETE ON documents TO docpipe_tenant;
           GRANT SELECT, INSERT, UPDATE ON tenants, rate_buckets TO docpipe_tenant;
           GRANT SELECT, INSERT ON idempotency_keys, audit, erasures TO docpipe_tenant;
           GRANT SELECT, INSERT, DELETE ON webhooks TO docpipe_tenant;
           GRANT SELECT ON webhook_deliveries TO docpipe_tenant"""
    )


def downgrade() -> None:
    """Refuse: the schema only goes forward."""
    raise NotImplementedError("The schema only goes forward; write a new migration instead.")
