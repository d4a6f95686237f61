"""Cutting documents into chunks, and chunks whose attempt died."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpipe.domain.chunking import CHUNK_SECONDS, PAGE_SECONDS, PageRange, plan_chunks, ranges_of, split_after_death
from docpipe.domain.errors import TooManyPagesError
from docpipe.domain.tiers import MAX_PAGES, Tier, tier_for

PAGE_COUNTS = st.integers(1, MAX_PAGES)
PAGES = st.sets(st.integers(1, 300), min_size=2)


@given(PAGE_COUNTS)
def test_chunks_hold_every_page_once_in_order(page_count: int) -> None:
    chunks = plan_chunks(page_count, tier_for(page_count))
    assert [page for chunk in chunks for page in chunk] == list(range(1, page_count + 1))


@given(PAGE_COUNTS)
def test_chunks_are_of_nearly_equal_length_and_within_the_target(page_count: int) -> None:
    spec = tier_for(page_count)
    lengths = [len(chunk) for chunk in plan_chunks(page_count, spec)]
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) * PAGE_SECONDS / spec.page_workers <= CHUNK_SECONDS


@pytest.mark.parametrize(
    ("pages", "tier"), [(1, Tier.SMALL), (20, Tier.SMALL), (21, Tier.MEDIUM), (100, Tier.MEDIUM), (101, Tier.LARGE)]
)
def test_tiers_begin_and_end_where_the_design_says(pages: int, tier: Tier) -> None:
    assert tier_for(pages).tier is tier


def test_a_small_document_is_one_chunk() -> None:
    assert plan_chunks(20, tier_for(20)) == (PageRange(1, 20),)


def test_too_many_pages_are_refused_with_both_numbers() -> None:
    with pytest.raises(TooManyPagesError, match=r"2,001.*2,000"):
        tier_for(MAX_PAGES + 1)


@given(PAGES)
def test_ranges_hold_exactly_their_pages(pages: set[int]) -> None:
    ranges = ranges_of(pages)
    assert [page for part in ranges for page in part] == sorted(pages)
    assert all(after.first > before.last + 1 for before, after in pairwise(ranges))


@given(PAGES, st.sets(st.integers(1, 300), max_size=3))
def test_a_split_keeps_every_page_and_always_makes_smaller_parts(pages: set[int], in_hand: set[int]) -> None:
    split = split_after_death(pages, in_hand)
    rest = [page for part in split.rest for page in part]
    assert sorted([*split.suspects, *rest]) == sorted(pages)
    assert all(len(part) < len(pages) for part in split.rest)
    assert set(split.suspects) <= in_hand


def test_pages_in_hand_are_the_suspects() -> None:
    split = split_after_death({3, 4, 5, 6}, {4, 1})
    assert split.suspects == (4,)
    assert split.rest == (PageRange(3, 3), PageRange(5, 6))


def test_a_single_page_cannot_be_split() -> None:
    with pytest.raises(ValueError, match="single page"):
        split_after_death({3}, {3})
