"""How often a tenant may ask: token buckets, counted in the database and so shared by all environments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A bucket of tokens; a request takes some, and time brings them back.

    Attributes:
        bucket: name.
        burst: tokens in a full bucket.
        per_s: tokens that come back each second.
    """

    bucket: str
    burst: float
    per_s: float


REQUESTS: Final = RateLimit("requests", burst=3_000, per_s=300)
"""Any request. A page that watches a hundred documents asks a hundred times a second at the very most."""

UPLOADS: Final = RateLimit("uploads", burst=1_000, per_s=1)
"""Documents created: a thousand at once, and 3,600 an hour after that."""

SEARCHES: Final = RateLimit("searches", burst=60, per_s=2)
"""Searches: each may look at many rows."""

SYNCS: Final = RateLimit("syncs", burst=120, per_s=10)
"""Pages that come back and ask what they missed. They do at once when a connection was lost, with all tabs.
News are made for tenants of which a page synced lately (``adapters/postgres/following.py``)."""

CONNECTION_S: Final = 7_200 + 600
"""How long a page can stay connected. API Gateway ends a connection after two hours (quotas of WebSocket APIs); ten
minutes for clocks."""

MAX_WEBHOOKS: Final = 10
"""Webhooks of one tenant."""

MAX_BATCH: Final = 50
"""Documents that one request creates."""

ANSWER_BYTES: Final = 4_000_000
"""Text and words in one answer. A function answers 6 MB at most (Lambda quotas); quoting as JSON adds to them."""
