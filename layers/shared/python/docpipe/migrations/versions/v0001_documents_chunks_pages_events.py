"""Documents, their chunks and pages, the outbox of messages, and the record of notifications.

Revision 0001, the first.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_DOCUMENTS = """
CREATE TABLE documents (
    id              uuid PRIMARY KEY,
    tenant_id       text NOT NULL,
    owner_email     text,
    filename        text NOT NULL,
    content_type    text,
    languages       text NOT NULL DEFAULT 'eng',
    priority        boolean NOT NULL DEFAULT false,
    force_ocr       boolean NOT NULL DEFAULT false,
    batch_id        uuid,
    byte_size       bigint NOT NULL CHECK (byte_size >= 0),
    sha256          text,
    object_version  text,
    status          text NOT NULL DEFAULT 'awaiting_upload' CHECK (status IN (
                        'awaiting_upload', 'queued', 'processing', 'assembling', 'completed',
                        'completed_with_failures', 'failed', 'cancelled', 'expired')),
    status_code     text,
    status_reason   text,
    page_count      integer CHECK (page_count > 0),
    pages_done      integer NOT NULL DEFAULT 0 CHECK (pages_done >= 0),
    pages_failed    integer NOT NULL DEFAULT 0 CHECK (pages_failed >= 0),
    tier            text CHECK (tier IN ('small', 'medium', 'large')),
    attempts        integer NOT NULL DEFAULT 0,
    attempt_token   uuid,
    lease_until     timestamptz,
    generation      integer NOT NULL DEFAULT 0,
    revision        bigint NOT NULL DEFAULT 0,
    mean_confidence double precision CHECK (mean_confidence BETWEEN 0 AND 100),
    cost_microusd   bigint,
    usage_mb_ms     bigint NOT NULL DEFAULT 0,
    usage_invocations integer NOT NULL DEFAULT 0,
    usage_puts      integer NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    upload_expires_at timestamptz NOT NULL,
    uploaded_at     timestamptz,
    queued_at       timestamptz,
    started_at      timestamptz,
    assembling_at   timestamptz,
    finished_at     timestamptz,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK (pages_done + pages_failed <= coalesce(page_count, 0)),
    CHECK (finished_at IS NOT NULL OR status NOT IN (
        'completed', 'completed_with_failures', 'failed', 'cancelled', 'expired'))
);
CREATE INDEX documents_by_tenant ON documents (tenant_id, created_at DESC, id);
CREATE INDEX documents_unfinished ON documents (status, updated_at)
    WHERE status IN ('awaiting_upload', 'queued', 'processing', 'assembling');
"""

_GUARD = """
CREATE FUNCTION documents_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('awaiting_upload', 'queued'), ('awaiting_upload', 'failed'),
        ('awaiting_upload', 'expired'), ('awaiting_upload', 'cancelled'),
        ('queued', 'processing'), ('queued', 'failed'), ('queued', 'cancelled'),
        ('processing', 'assembling'), ('processing', 'failed'), ('processing', 'cancelled'),
        ('assembling', 'completed'), ('assembling', 'completed_with_failures'),
        ('assembling', 'failed'), ('assembling', 'cancelled'),
        ('failed', 'awaiting_upload'), ('failed', 'processing'), ('failed', 'assembling')
    ) THEN
        RAISE EXCEPTION 'a document does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.revision := OLD.revision + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER documents_guard BEFORE UPDATE ON documents
    FOR EACH ROW EXECUTE FUNCTION documents_guard();
"""

_CHUNKS = """
CREATE TABLE chunks (
    id              uuid PRIMARY KEY,
    document_id     uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    split_from      uuid REFERENCES chunks ON DELETE CASCADE,
    first_page      integer NOT NULL CHECK (first_page >= 1),
    last_page       integer NOT NULL,
    lane            text NOT NULL,
    status          text NOT NULL DEFAULT 'queued'
                        CHECK (status IN ('queued', 'processing', 'done', 'split', 'failed')),
    attempt         integer NOT NULL DEFAULT 0,
    attempt_token   uuid,
    lease_until     timestamptz,
    pages_in_hand   integer[] NOT NULL DEFAULT '{}',
    generation      integer NOT NULL DEFAULT 0,
    error_code      text,
    error_reason    text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    finished_at     timestamptz,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CHECK (last_page >= first_page)
);
CREATE INDEX chunks_by_document ON chunks (document_id, first_page);
CREATE INDEX chunks_waiting ON chunks (lane, created_at) WHERE status IN ('queued', 'processing');
"""

_PAGES = """
CREATE TABLE pages (
    document_id     uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    page_number     integer NOT NULL CHECK (page_number >= 1),
    source          text NOT NULL CHECK (source IN ('text_layer', 'ocr', 'blank', 'failed')),
    reason          text NOT NULL,
    error_code      text,
    text            text NOT NULL,
    words           jsonb NOT NULL,
    mean_confidence double precision CHECK (mean_confidence BETWEEN 0 AND 100),
    dpi             double precision NOT NULL,
    rotation        smallint NOT NULL CHECK (rotation IN (0, 90, 180, 270)),
    width           double precision NOT NULL,
    height          double precision NOT NULL,
    image_key       text,
    duration_ms     integer NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    -- A tsvector holds at most 1 MB; the bound keeps a page of endless text from being refused.
    search          tsvector GENERATED ALWAYS AS (to_tsvector('simple', left(text, 200000))) STORED,
    PRIMARY KEY (document_id, page_number),
    CHECK ((source = 'failed') = (error_code IS NOT NULL))
);
CREATE INDEX pages_search ON pages USING gin (search);
"""

_EVENTS = """
CREATE TABLE events (
    id              uuid PRIMARY KEY,
    position        bigint GENERATED ALWAYS AS IDENTITY,
    document_id     uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    queue           text NOT NULL,
    body            jsonb NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    published_at    timestamptz
);
CREATE INDEX events_pending ON events (position) WHERE published_at IS NULL;
CREATE INDEX events_by_document ON events (document_id, position);
CREATE TABLE notifications (
    event_id        uuid NOT NULL,
    channel         text NOT NULL,
    document_id     uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    claimed_at      timestamptz NOT NULL DEFAULT now(),
    sent_at         timestamptz,
    PRIMARY KEY (event_id, channel)
);
"""

_ROW_LEVEL_SECURITY = """
DO $$ BEGIN
    -- Only an administrator may make roles; where one made it before, nothing is to do.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'docpipe_tenant') THEN
        CREATE ROLE docpipe_tenant NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    EXECUTE format('GRANT docpipe_tenant TO %I', current_user);
EXCEPTION WHEN unique_violation OR OTHERS THEN
    IF NOT pg_has_role(current_user, 'docpipe_tenant', 'MEMBER') THEN RAISE; END IF;
END $$;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE chunks ENABLE ROW LEVEL SECURITY;
ALTER TABLE pages ENABLE ROW LEVEL SECURITY;
CREATE POLICY documents_of_tenant ON documents TO docpipe_tenant
    USING (tenant_id = current_setting('docpipe.tenant_id', true))
    WITH CHECK (tenant_id = current_setting('docpipe.tenant_id', true));
CREATE POLICY chunks_of_tenant ON chunks TO docpipe_tenant
    USING (EXISTS (SELECT FROM documents WHERE documents.id = chunks.document_id));
CREATE POLICY pages_of_tenant ON pages TO docpipe_tenant
    USING (EXISTS (SELECT FROM documents WHERE documents.id = pages.document_id));
GRANT SELECT, INSERT, UPDATE ON documents TO docpipe_tenant;
GRANT SELECT ON chunks, pages TO docpipe_tenant;
"""


def upgrade() -> None:
    """Create the tables, the guard of the state machine and row-level security."""
    for statements in (_DOCUMENTS, _GUARD, _CHUNKS, _PAGES, _EVENTS, _ROW_LEVEL_SECURITY):
        op.execute(statements)


def downgrade() -> None:
    """Refuse: the schema only goes forward."""
    raise NotImplementedError("The schema only goes forward; write a new migration instead.")
