"""The memory of page workers adds up."""

from __future__ import annotations

import pytest

from docpipe.domain.tiers import TIERS, TierSpec
from docpipe.workers.limits import data_limit

PARENT_MB = 128
"""The parent was seen to hold 73 MB with its libraries loaded."""

COLOUR_PAGE_MB = 450
"""Reading an A4 page at 300 dpi in colour, at worst."""


@pytest.mark.parametrize("spec", TIERS)
def test_parent_and_workers_fit_into_the_function_and_an_ordinary_page_into_a_worker(spec: TierSpec) -> None:
    limit_mb = data_limit(spec.memory_mb, spec.page_workers) / (1 << 20)
    assert limit_mb * spec.page_workers + PARENT_MB <= spec.memory_mb
    assert limit_mb >= COLOUR_PAGE_MB
