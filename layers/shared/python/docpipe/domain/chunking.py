"""How a document is cut into chunks, and what becomes of a chunk whose attempt died without a word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from docpipe.domain.tiers import TierSpec

CHUNK_SECONDS = 60
"""Work that a chunk aims at: long beside a cold start (about 2 s), short beside the 15-minute limit."""

PAGE_SECONDS = 2.0
"""Planning figure for one scanned page on one Lambda vCPU: about 1.2 CPU s on a desktop core, and a
Lambda vCPU is one hyperthread of a slower one. Being wrong only makes chunks longer or shorter."""


@dataclass(frozen=True, slots=True, order=True)
class PageRange:
    """Pages ``first`` to ``last``, both included, counted from 1."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise ValueError(f"not a page range: {self.first}-{self.last}")

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))


def plan_chunks(page_count: int, spec: TierSpec) -> tuple[PageRange, ...]:
    """Cut ``page_count`` pages into ranges of nearly equal length, each about ``CHUNK_SECONDS`` of work.

    Equal ranges end together when they run side by side; a short last one would only waste a cold start.
    """
    target = max(1, int(CHUNK_SECONDS / PAGE_SECONDS) * spec.page_workers)
    count = ceil(page_count / target)
    bounds = [page_count * index // count for index in range(count + 1)]
    return tuple(PageRange(first + 1, last) for first, last in pairwise(bounds))


def ranges_of(pages: Iterable[int]) -> tuple[PageRange, ...]:
    """The fewest ranges that hold exactly these pages, in order."""
    ranges: list[PageRange] = []
    for page in sorted(set(pages)):
        if ranges and ranges[-1].last == page - 1:
            ranges[-1] = PageRange(ranges[-1].first, page)
        else:
            ranges.append(PageRange(page, page))
    return tuple(ranges)


@dataclass(frozen=True, slots=True)
class Split:
    """What takes the place of a chunk whose attempt died.

    Attributes:
        suspects: pages that were in hand when it died; each goes alone, to the largest tier.
        rest: the other unfinished pages, as ranges, in the chunk's own lane.
    """

    suspects: tuple[int, ...]
    rest: tuple[PageRange, ...]


def split_after_death(unfinished: Collection[int], in_hand: Collection[int]) -> Split:
    """Divide the unfinished pages (at least two) so that a page that kills its worker ends up alone.

    When the pages in hand are known they are the suspects. When they are not (the attempt died
    before its first page), or when every page is one, the chunk is halved: repeated death leads
    down to single pages.
    """
    pages = sorted(set(unfinished))
    if len(pages) < 2:
        raise ValueError("a single page cannot be split")
    suspects = sorted(set(in_hand) & set(pages))
    if suspects and len(suspects) < len(pages):
        return Split(tuple(suspects), ranges_of(set(pages) - set(suspects)))
    middle = len(pages) // 2
    return Split((), (*ranges_of(pages[:middle]), *ranges_of(pages[middle:])))
