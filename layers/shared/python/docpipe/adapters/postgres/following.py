"""Whether anybody follows the documents of a tenant: news that nobody waits for are not made."""

from __future__ import annotations

from typing import Final

from docpipe.domain.limits import CONNECTION_S, SYNCS

FOLLOWED: Final = f"""EXISTS (SELECT 1 FROM rate_buckets
                               WHERE rate_buckets.tenant_id = documents.tenant_id AND bucket = '{SYNCS.bucket}'
                                 AND refilled_at > now() - interval '{CONNECTION_S} seconds')"""
"""Condition on a row of ``documents``: a page that its tenant has open may still be connected.

A page syncs when it connects, and its tenant's bucket tells when one last did: that is committed before the page is
told where documents stand, so whatever changes afterwards finds the tenant followed.
"""
