"""The pages of one attempt on a chunk: which may still begin, and what is done with each finished one."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from docpipe.domain.keys import page_image_key
from docpipe.domain.page import PageReading, PageSource
from docpipe.metrics import Dimension, Meter, Metric
from docpipe.pipeline.attempt import Attempt
from docpipe.pipeline.invocation import Invocation
from docpipe.pipeline.publish import Publisher
from docpipe.services import ObjectStore
from docpipe.stores import ChunkClaim, ChunkStore, Progress

WORK_LIMIT_S = 600.0
"""Work time of one attempt on a chunk; what is left by then goes back as new chunks."""

_RESERVE_S = 20.0
"""Kept back from the function's time for committing and handing over."""

_TELL_EVERY_S = 1.0
"""News of progress more often than this is read by nobody."""


@dataclass(slots=True)
class PageRun:
    """Keeps count of one attempt's pages.

    Attributes:
        finished: pages committed by this attempt.
    """

    claim: ChunkClaim
    attempt: Attempt[ChunkClaim]
    store: ChunkStore
    results: ObjectStore
    publisher: Publisher
    invocation: Invocation
    meter: Meter
    page_time_limit_s: float
    lease_s: int
    finished: set[int] = field(default_factory=set)
    _in_hand: set[int] = field(default_factory=set)
    _started: float = field(default_factory=monotonic)
    _told: float = 0.0

    def may_start(self, page_number: int) -> bool:
        """Whether there is time for another page; if so, it is noted as in hand before it begins."""
        if not self._time_for_a_page():
            return False
        self._in_hand.add(page_number)
        self.store.begin_page(self.claim, sorted(self._in_hand), lease_s=self.lease_s)
        return True

    def _time_for_a_page(self) -> bool:
        if not self.finished and not self._in_hand:
            # An attempt that began nothing would hand the same pages on for ever.
            return True
        left_s = self.invocation.remaining_ms() / 1_000 - _RESERVE_S
        return left_s > self.page_time_limit_s and monotonic() - self._started < WORK_LIMIT_S

    def save(self, reading: PageReading) -> None:
        """Keep a page's image, commit the page, and tell of it."""
        image_key = None
        if reading.image:
            image_key = page_image_key(self.claim.document_id, reading.page_number)
            self.results.put(image_key, reading.image, "image/jpeg")
        progress = self.store.save_page(self.claim, reading, image_key)
        self._in_hand.discard(reading.page_number)
        self.finished.add(reading.page_number)
        self._measure(reading)
        self.attempt.heartbeat()
        if monotonic() - self._told >= _TELL_EVERY_S:
            self.tell(progress)

    def _measure(self, reading: PageReading) -> None:
        self.meter.record({Metric.PAGES: 1}, by={Dimension.SOURCE: reading.source.value})
        if reading.source is PageSource.OCR:
            self.meter.record({Metric.PAGE_DURATION: reading.duration_ms})
        if reading.error_code is not None:
            self.meter.record({Metric.PAGE_FAILURES: 1}, by={Dimension.REASON: reading.error_code})

    def tell(self, progress: Progress) -> None:
        """Send news of progress, if anybody waits for them: each goes through two more functions."""
        if not progress.followed:
            return
        self._told = monotonic()
        self.publisher.progress(self.claim.document_id, progress)
