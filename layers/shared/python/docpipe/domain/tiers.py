"""The three sizes of the recognition function, chosen by page count.

1,769 MB buys one vCPU on Lambda, linearly (AWS Lambda developer guide, "Configure Lambda function
memory"), and Tesseract uses one core when told so: page workers = vCPUs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from docpipe.domain.errors import TooManyPagesError


class Tier(StrEnum):
    """Name of a recognition function size; also the suffix of its queue and function."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class TierSpec:
    """What a tier is given.

    Attributes:
        max_pages: the largest document, in pages, that goes to this tier.
        memory_mb: memory of the function, MB.
        page_workers: processes that read pages side by side: one a vCPU.
    """

    tier: Tier
    max_pages: int
    memory_mb: int
    page_workers: int


MAX_PAGES = 2_000
"""The largest document taken, in pages."""

TIERS: tuple[TierSpec, ...] = (
    TierSpec(Tier.SMALL, max_pages=20, memory_mb=1_769, page_workers=1),
    TierSpec(Tier.MEDIUM, max_pages=100, memory_mb=3_538, page_workers=2),
    TierSpec(Tier.LARGE, max_pages=MAX_PAGES, memory_mb=5_307, page_workers=3),
)


def tier_for(page_count: int, *, max_pages: int = MAX_PAGES) -> TierSpec:
    """The smallest tier that takes a document of ``page_count`` pages.

    Raises:
        TooManyPagesError: over ``max_pages``.
        ValueError: ``page_count`` is below 1.
    """
    if page_count < 1:
        raise ValueError("a document has at least one page")
    if page_count > max_pages:
        raise TooManyPagesError(page_count, max_pages)
    return next(spec for spec in TIERS if page_count <= spec.max_pages)


def spec_of(tier: Tier) -> TierSpec:
    """The specification of a tier."""
    return next(spec for spec in TIERS if spec.tier is tier)
