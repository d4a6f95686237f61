"""The memory of page workers adds up."""

from __future__ import annotations

import ctypes

import psutil
import pytest

from docpipe.domain.tiers import TIERS, TierSpec
from docpipe.workers.limits import LEFTOVER_BYTES, Leftovers, data_limit

PARENT_MB = 128
"""The parent was seen to hold 73 MB with its libraries loaded."""

COLOUR_PAGE_MB = 450
"""Reading an A4 page at 300 dpi in colour, at worst."""


@pytest.mark.parametrize("spec", TIERS)
def test_parent_and_workers_fit_into_the_function_and_an_ordinary_page_into_a_worker(spec: TierSpec) -> None:
    limit_mb = data_limit(spec.memory_mb, spec.page_workers) / (1 << 20)
    assert limit_mb * spec.page_workers + PARENT_MB <= spec.memory_mb
    assert limit_mb >= COLOUR_PAGE_MB


SIZE, COUNT = 64 * 1_024, 1_600
"""Blocks of less than what the C library asks the kernel for one by one, in all 100 MB."""


def scattered(count: int) -> int:
    """Fill blocks and free them, all but the last, behind which nothing is given back by itself; bytes now resident."""
    blocks = [libc().malloc(SIZE) for _ in range(count)]
    for block in blocks:
        ctypes.memset(block, 1, SIZE)
    for block in blocks[:-1]:
        libc().free(block)
    return resident()


def libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    return library


def resident() -> int:
    return int(psutil.Process().memory_info().rss)


def test_memory_between_blocks_that_are_kept_is_given_back_when_it_is_much() -> None:
    libc().malloc_trim(0)
    leftovers = Leftovers()
    held = scattered(COUNT)
    leftovers.give_back()
    assert held - resident() > SIZE * COUNT * 0.9


def test_a_little_is_left_where_it_is() -> None:
    libc().malloc_trim(0)
    leftovers = Leftovers()
    held = scattered(LEFTOVER_BYTES // SIZE // 2)
    leftovers.give_back()
    assert held - resident() < LEFTOVER_BYTES * 0.1
    libc().malloc_trim(0)
    assert held - resident() > LEFTOVER_BYTES * 0.4
