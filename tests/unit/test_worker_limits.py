"""The memory of page workers adds up."""

from __future__ import annotations

import ctypes

import psutil
import pytest

from docpipe.domain.tiers import TIERS, TierSpec
from docpipe.workers.limits import data_limit, give_back_memory

PARENT_MB = 128
"""The parent was seen to hold 73 MB with its libraries loaded."""

COLOUR_PAGE_MB = 450
"""Reading an A4 page at 300 dpi in colour, at worst."""


@pytest.mark.parametrize("spec", TIERS)
def test_parent_and_workers_fit_into_the_function_and_an_ordinary_page_into_a_worker(spec: TierSpec) -> None:
    limit_mb = data_limit(spec.memory_mb, spec.page_workers) / (1 << 20)
    assert limit_mb * spec.page_workers + PARENT_MB <= spec.memory_mb
    assert limit_mb >= COLOUR_PAGE_MB


def test_memory_between_blocks_that_are_kept_is_given_back() -> None:
    # Less than what the C library asks the kernel for one by one, in all 100 MB.
    size, count = 64 * 1_024, 1_600
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = (
        ctypes.c_void_p,
        [ctypes.c_size_t],
        [ctypes.c_void_p],
    )
    blocks = [libc.malloc(size) for _ in range(count)]
    for block in blocks:
        ctypes.memset(block, 1, size)
    for block in blocks[:-1]:
        libc.free(block)
    held = psutil.Process().memory_info().rss
    give_back_memory()
    libc.free(blocks[-1])
    assert held - psutil.Process().memory_info().rss > size * count * 0.9
