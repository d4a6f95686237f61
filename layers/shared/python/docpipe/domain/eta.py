"""When a document will be done: a range, from what is measured and from the pages that are read before it.

Pages are read side by side. How many, is measured (Little's law: seconds of reading done in a window,
divided by the window) and bounded from below by the page workers at work now. Work that waits is shared by
all of them; the document's own pages by its own chunks at most. The range is as wide as what is not known:
whether further environments start, how slow the pages are that nobody has seen yet, and who overtakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt

from docpipe.domain.chunking import PAGE_SECONDS

START_S = (0.5, 8.0)
"""Seconds before the first page begins: a warm environment, and a cold one with the image to be loaded."""

ASSEMBLY_PAGE_S = (0.01, 0.12)
"""Seconds a page that putting together takes; as measured on warm and on busy machines."""

ASSEMBLY_S = (0.3, 6.0)
"""Seconds that putting together takes beside its pages, its start and its way through the queue among them."""

SURE_FROM_PAGES = 30
"""Pages measured, from which on their mean is believed; with fewer, the planning figure weighs in."""

_HELP = 2.0
"""Lanes may double their environments while a document waits; that is what the early end counts on."""

_OVERTAKEN = 1.35
"""Share by which the wait may grow for documents that come later and go first."""

_SPREAD = 1.3
"""Standard deviations of the work's length that the range holds on either side: nine of ten, near enough."""

_UNKNOWN_PACE = 0.25
"""Share by which the pages to come may be slower or faster, all of them, than those measured."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast pages have been read of late, in one tier.

    Attributes:
        pages: how many were measured.
        page_s: mean seconds a page.
        deviation_s: standard deviation of that, seconds.
        side_by_side: pages in hand at the same time, on average over the time measured.
    """

    pages: int = 0
    page_s: float = PAGE_SECONDS
    deviation_s: float = PAGE_SECONDS
    side_by_side: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be read before a document is done.

    Attributes:
        pages_ahead: unfinished pages of others that run before the last of its own chunks.
        pages: unfinished pages of its own.
        chunks: unfinished chunks of its own.
        page_count: all of its pages, which are put together in the end.
        working: chunks of the tier that are being read now.
        page_workers: pages that one chunk reads side by side.
        overtakable: whether documents that come later may go first.
    """

    pages_ahead: int
    pages: int
    chunks: int
    page_count: int
    working: int
    page_workers: int
    overtakable: bool = True


@dataclass(frozen=True, slots=True)
class Eta:
    """A range of whole seconds from now in which a document will be done."""

    earliest_s: int
    latest_s: int


def estimate(load: Load, pace: Pace) -> Eta:
    """When the document will be done."""
    page_s, deviation_s = _believed(pace)
    few = max(float(load.page_workers), float(load.working * load.page_workers), pace.side_by_side)
    own = float(max(1, load.chunks) * load.page_workers)
    quick = _reading_s(load, page_s, sharing=max(few * _HELP, own), own=own)
    overtaken = _OVERTAKEN if load.overtakable else 1.0
    slow = _reading_s(load, page_s, sharing=few, own=min(few, own), wait_factor=overtaken)
    pages = max(1, load.pages_ahead + load.pages)
    doubt = _UNKNOWN_PACE + _SPREAD * (deviation_s / page_s) / sqrt(pages)
    earliest = START_S[0] + quick / (1 + doubt) + ASSEMBLY_S[0] + ASSEMBLY_PAGE_S[0] * load.page_count
    # The last pages of what is being read now end later than an even share of the work would.
    latest = START_S[1] + slow * (1 + doubt) + deviation_s + ASSEMBLY_S[1] + ASSEMBLY_PAGE_S[1] * load.page_count
    return Eta(floor(earliest), ceil(latest))


def assembling(page_count: int) -> Eta:
    """When a document will be done of which every page has been read."""
    return Eta(0, ceil(ASSEMBLY_S[1] + ASSEMBLY_PAGE_S[1] * page_count))


def _believed(pace: Pace) -> tuple[float, float]:
    """Mean and deviation of a page's seconds: measured, and as planned for where too little was measured."""
    weight = min(1.0, pace.pages / SURE_FROM_PAGES)
    mean = weight * pace.page_s + (1 - weight) * PAGE_SECONDS
    return max(mean, 0.01), weight * pace.deviation_s + (1 - weight) * PAGE_SECONDS


def _reading_s(load: Load, page_s: float, *, sharing: float, own: float, wait_factor: float = 1.0) -> float:
    """Seconds of reading, with the wait shared by ``sharing`` pages side by side and its own work by ``own``."""
    wait = load.pages_ahead * page_s / sharing * wait_factor
    return wait + load.pages * page_s / min(own, max(1, load.pages))
