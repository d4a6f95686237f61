"""How many words of a page are worth a second look, so that a long document is gone through without loading it.

Revision 0007.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count, and count for pages that are there already. The figure is that of ``domain/page.py`` then."""
    op.execute(
        """ALTER TABLE pages ADD COLUMN words_to_check integer NOT NULL DEFAULT 0;
           UPDATE pages SET words_to_check =
                  jsonb_array_length(jsonb_path_query_array(words, '$[*] ? (@.confidence < 80)'))
            WHERE words @? '$[*] ? (@.confidence < 80)'"""
    )


def downgrade() -> None:
    """Refuse: the schema only goes forward."""
    raise NotImplementedError("The schema only goes forward; write a new migration instead.")
