"""Promised ranges against what comes: a queue simulated page by page, and the rules at its edges."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field

import pytest

from docpipe.domain.ageing import PROMOTED_AT_LEAST, may_be_promoted
from docpipe.domain.eta import Eta, Load, Pace, Shared, Work, assembling, estimate


def pictures(pages: int, page_s: float) -> Work:
    """Pages that have to be recognised, all of them."""
    return Work(pages, pages * page_s, pages * page_s)


@dataclass
class Hospital:
    """Readers that take documents from a queue; each reads one page at a time, of random length.

    Attributes:
        readers: documents read at the same time, a page worker each.
        premium: share of the documents that go before all others.
    """

    readers: int
    premium: float
    seed: int
    promises: list[tuple[float, Eta, float]] = field(default_factory=list)

    def run(self, documents: int, *, load: float) -> None:
        """Let documents come at random, so that the readers are busy for this share of the time on average."""
        luck = random.Random(self.seed)
        mean_pages, mean_page_s, deviation = 8, 1.6, 0.7
        gap = mean_pages * mean_page_s / (self.readers * load)
        arrivals, clock = [], 0.0
        for _ in range(documents):
            clock += luck.expovariate(1 / gap)
            arrivals.append((clock, luck.randint(1, 2 * mean_pages - 1), luck.random() < self.premium))
        waiting: list[tuple[bool, float, int, Eta]] = []
        working: list[tuple[float, float, int]] = []
        now = 0.0
        while arrivals or waiting or working:
            if arrivals and (not working or arrivals[0][0] <= working[0][0]):
                now, pages, premium = arrivals.pop(0)
                eta = self._promise(now, pages, premium, waiting, working, mean_page_s, deviation)
                heapq.heappush(waiting, (not premium, now, pages, eta))
            else:
                now, _, _ = heapq.heappop(working)
            while waiting and len(working) < self.readers:
                _, came, pages, eta = heapq.heappop(waiting)
                # Reading of a page: log-normal, as scans are; a start, warm for nine of ten; putting together.
                spread = deviation
                reading = sum(luck.lognormvariate(0, spread) for _ in range(pages)) * mean_page_s / 1.278
                start = luck.uniform(0.5, 1.5) if luck.random() < 0.9 else luck.uniform(3, 8)
                ended = now + start + reading
                heapq.heappush(working, (ended, now, pages))
                self.promises.append((came, eta, ended + luck.uniform(0.5, 2.5)))

    def _promise(
        self,
        now: float,
        pages: int,
        premium: bool,
        waiting: list[tuple[bool, float, int, Eta]],
        working: list[tuple[float, float, int]],
        page_s: float,
        deviation: float,
    ) -> Eta:
        ahead = sum(other[2] for other in waiting if not premium or not other[0])
        in_hand = sum(left * max(0.0, (end - now) / (end - begun)) for end, begun, left in working)
        load = Load(
            ahead=pictures(round(ahead + in_hand) if len(working) == self.readers else 0, page_s),
            own=pictures(pages, page_s),
            chunks=1,
            page_count=pages,
            working=len(working),
            page_workers=1,
            overtakable=not premium,
        )
        return estimate(load, Pace(200, page_s, page_s * deviation, len(working)))

    @property
    def kept(self) -> float:
        """Share of the documents that were done within their range."""
        inside = [eta.earliest_s <= done - came <= eta.latest_s for came, eta, done in self.promises]
        return sum(inside) / len(inside)


@pytest.mark.parametrize("load", [0.3, 0.8, 0.95])
@pytest.mark.parametrize("readers", [2, 10, 40])
def test_four_of_five_documents_are_done_within_the_range_they_were_promised(readers: int, load: float) -> None:
    hospital = Hospital(readers=readers, premium=0.1, seed=readers * 100 + round(load * 100))
    hospital.run(1_500, load=load)
    assert hospital.kept >= 0.8


def test_the_range_says_something() -> None:
    """A range from now to tomorrow would always be kept."""
    hospital = Hospital(readers=10, premium=0.1, seed=1)
    hospital.run(1_500, load=0.9)
    widths = sorted((eta.latest_s - eta.earliest_s) / max(1.0, done - came) for came, eta, done in hospital.promises)
    assert widths[len(widths) // 2] < 3.0


def load_of(*, own: Work | None = None, ahead: int = 0, working: int = 0, shared: Shared | None = None) -> Load:
    own = own or pictures(10, 2.0)
    return Load(pictures(ahead, 2.0), own, chunks=1, page_count=10, working=working, page_workers=1, shared=shared)


PACE = Pace(pages=100, page_s=2.0, deviation_s=1.0, side_by_side=4.0)


def test_more_ahead_means_later_and_more_readers_mean_sooner() -> None:
    alone, behind = estimate(load_of(), PACE), estimate(load_of(ahead=400), PACE)
    assert alone.earliest_s < behind.earliest_s
    assert alone.latest_s < behind.latest_s
    assert estimate(load_of(ahead=400, working=20), PACE).latest_s < behind.latest_s


def test_readers_that_all_lanes_share_do_not_grow_in_number() -> None:
    shared = estimate(load_of(ahead=400, shared=Shared(readers=2)), PACE)
    assert shared.earliest_s > estimate(load_of(ahead=400), PACE).earliest_s
    assert shared.earliest_s * 2 > 400 * 2.0 / 2


def test_of_a_shared_machine_other_lanes_take_their_share_and_no_more_than_they_have() -> None:
    def latest(**others: float) -> int:
        return estimate(load_of(shared=Shared(2, others=1, **others)), PACE).latest_s

    alone, little, much = latest(), latest(others_s=4.0), latest(others_s=1_000.0)
    assert alone < little < much
    assert much < latest(others_s=1_000.0, in_hand_s=60.0) < latest(others_s=1_000.0, in_hand_s=1_000.0)
    assert much - alone <= 20.0 / 2 * 2


def test_a_document_whose_pages_may_hold_their_text_may_be_done_at_once() -> None:
    unknown = estimate(load_of(own=Work(10, 0.2, 20.0)), PACE)
    assert unknown.earliest_s == 0
    assert unknown.latest_s == estimate(load_of(), PACE).latest_s


def test_without_any_measure_the_planning_figure_stands_in() -> None:
    assert Pace().believed() == (2.0, 2.0)
    assert Pace(pages=30, page_s=1.0, deviation_s=0.5).believed() == (1.0, 0.5)
    assert Pace(pages=15, page_s=1.0, deviation_s=0.5).believed() == (1.5, 1.25)


def test_what_is_put_together_has_no_reading_left() -> None:
    assert assembling(10).earliest_s == 0
    assert assembling(10).latest_s < estimate(load_of(), Pace()).latest_s


@pytest.mark.parametrize(
    ("by_right", "promoted", "room"), [(0, 0, PROMOTED_AT_LEAST), (0, 4, 0), (40, 4, 6), (40, 10, 0), (0, 9, 0)]
)
def test_what_has_aged_takes_a_share_of_the_priority_lane(by_right: int, promoted: int, room: int) -> None:
    assert may_be_promoted(waiting_by_right=by_right, waiting_promoted=promoted) == room
