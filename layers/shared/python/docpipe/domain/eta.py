"""When a document will be done: a range, from what is measured and from the pages that are read before it.

Pages are read side by side. How many, is measured (Little's law: seconds of reading done in a window,
divided by the window) and bounded from below by the page workers at work now; where all lanes share one
machine, it is known. Work that waits is shared by all of them; the document's own pages by its own chunks
at most. The range is as wide as what is not known: whether the pages hold text already or have to be read
(they differ a hundredfold), whether further environments start, how slow the pages are that nobody has seen
yet, and who overtakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt

from docpipe.domain.chunking import PAGE_SECONDS

START_S = (0.1, 8.0)
"""Seconds before the first page begins: a warm environment, and a cold one with the image to be loaded."""

ASSEMBLY_PAGE_S = (0.001, 0.12)
"""Seconds a page that putting together takes; as measured on warm and on busy machines."""

ASSEMBLY_S = (0.1, 6.0)
"""Seconds that putting together takes beside its pages, its start and its way through the queue among them."""

TEXT_PAGE_SECONDS = 0.02
"""Seconds for a page whose text is in the file; as measured."""

SURE_FROM_PAGES = 30
"""Pages measured, from which on their mean is believed; with fewer, the planning figure weighs in."""

OWN_PAGES = 2
"""So many pages of a document, once read, tell as much of its others as all other documents do."""

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
    """How fast pages have been recognised of late.

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

    def believed(self) -> tuple[float, float]:
        """Mean and deviation of a page's seconds: measured, and as planned for where too little was measured."""
        weight = min(1.0, self.pages / SURE_FROM_PAGES)
        mean = weight * self.page_s + (1 - weight) * PAGE_SECONDS
        return max(mean, 0.01), weight * self.deviation_s + (1 - weight) * PAGE_SECONDS


@dataclass(frozen=True, slots=True)
class Work:
    """Pages to be read.

    Attributes:
        pages: how many.
        quick_s: seconds they take, one after another, when what may hold its text does.
        slow_s: the same, when every page has to be recognised.
    """

    pages: int = 0
    quick_s: float = 0.0
    slow_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Shared:
    """A machine that all lanes share: those that have work get the same share of its time.

    Attributes:
        readers: pages that all lanes together read side by side.
        others: lanes of other tiers that have work.
        others_s: seconds of work in these, one page after another.
        in_hand_s: of these, what goes first whoever's turn it is: chunks in hand, or the longest that may be next.
    """

    readers: int
    others: int = 0
    others_s: float = 0.0
    in_hand_s: float = 0.0

    def between_s(self, mine_s: float) -> float:
        """Seconds of others' work that may be done before so much of one's own lane is, one page after another."""
        return min(self.others_s, self.others * mine_s + self.in_hand_s)


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be read before a document is done.

    Attributes:
        ahead: unfinished pages of others that run before the last of its own chunks.
        own: its own unfinished pages.
        chunks: unfinished chunks of its own.
        page_count: all of its pages, which are put together in the end.
        working: chunks of the tier that are being read now.
        page_workers: pages that one chunk reads side by side.
        overtakable: whether documents that come later may go first.
        shared: of a machine that all lanes share; None when each lane grows by itself.
    """

    ahead: Work
    own: Work
    chunks: int
    page_count: int
    working: int
    page_workers: int
    overtakable: bool = True
    shared: Shared | None = None


@dataclass(frozen=True, slots=True)
class Eta:
    """A range of whole seconds from now in which a document will be done."""

    earliest_s: int
    latest_s: int


def estimate(load: Load, pace: Pace) -> Eta:
    """When the document will be done."""
    page_s, deviation_s = pace.believed()
    at_once = float(max(1, min(load.own.pages, load.chunks * load.page_workers)))
    few = max(float(load.page_workers), float(load.working * load.page_workers), pace.side_by_side)
    most = max(few * _HELP, at_once)
    between_s = 0.0
    if load.shared is not None:
        few = most = float(load.shared.readers)
        between_s = load.shared.between_s(load.ahead.slow_s + load.own.slow_s)
    overtaken = _OVERTAKEN if load.overtakable else 1.0
    quick = load.ahead.quick_s / most + load.own.quick_s / min(at_once, most)
    slow = (load.ahead.slow_s + between_s) / few * overtaken + load.own.slow_s / min(at_once, few)
    pages = max(1.0, load.ahead.pages + load.own.pages + between_s / page_s)
    doubt = _UNKNOWN_PACE + _SPREAD * (deviation_s / page_s) / sqrt(pages)
    earliest = START_S[0] + quick / (1 + doubt) + ASSEMBLY_S[0] + ASSEMBLY_PAGE_S[0] * load.page_count
    # The last pages of what is being read now end later than an even share of the work would.
    latest = START_S[1] + slow * (1 + doubt) + deviation_s + ASSEMBLY_S[1] + ASSEMBLY_PAGE_S[1] * load.page_count
    return Eta(floor(earliest), ceil(latest))


def assembling(page_count: int) -> Eta:
    """When a document will be done of which every page has been read."""
    return Eta(0, ceil(ASSEMBLY_S[1] + ASSEMBLY_PAGE_S[1] * page_count))
