"""What a document is to become beyond text and searchable PDF, and the language it seems to be in.

Revision 0004.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DOCUMENTS = """
ALTER TABLE documents
    ADD COLUMN outputs             text[] NOT NULL DEFAULT '{}',
    ADD COLUMN pdfa                boolean NOT NULL DEFAULT false,
    -- Whether the searchable PDF was found to be PDF/A, and how many of its pages had to become pictures for it.
    ADD COLUMN pdfa_conforms       boolean,
    ADD COLUMN pdfa_pages_drawn    integer CHECK (pdfa_pages_drawn >= 0),
    ADD COLUMN suggested_languages text;
"""

_PAGES = """
ALTER TABLE pages ADD COLUMN script text;
"""

# A tenant that has set none is read in the usual language of the deployment, whichever that is.
_TENANTS = """
ALTER TABLE tenants ALTER COLUMN default_languages DROP NOT NULL, ALTER COLUMN default_languages DROP DEFAULT;
"""


def upgrade() -> None:
    """Add the columns; let tenants have no languages of their own."""
    for statements in (_DOCUMENTS, _PAGES, _TENANTS):
        op.execute(statements)


def downgrade() -> None:
    """Refuse: the schema only goes forward."""
    raise NotImplementedError("The schema only goes forward; write a new migration instead.")
