"""Recognition: read the unfinished pages of one chunk, committing each as it is done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from docpipe.domain.attempts import MAX_ATTEMPTS
from docpipe.domain.chunking import ranges_of, split_after_death
from docpipe.domain.errors import DocumentError, PageWorkerDiedError, UploadMissingError
from docpipe.domain.keys import upload_key
from docpipe.domain.lanes import Lane, lane_of
from docpipe.domain.page import failed_page
from docpipe.domain.tiers import Tier
from docpipe.messages import ChunkReady
from docpipe.metrics import Dimension, Instruments, Metric
from docpipe.pipeline.attempt import Attempt, held
from docpipe.pipeline.invocation import Invocation
from docpipe.pipeline.page_run import PageRun
from docpipe.pipeline.publish import Publisher
from docpipe.ports import PageReader, ReadOptions
from docpipe.services import ObjectStore
from docpipe.stores import ChunkClaim, ChunkStore, NewChunk, Refused


@dataclass(frozen=True, slots=True)
class Recognition:
    """What recognition works with.

    Attributes:
        scratch: gives a folder that is removed afterwards.
        page_time_limit_s: seconds that one page may take.
        lease_s: how long a silent attempt keeps its claim.
    """

    store: ChunkStore
    uploads: ObjectStore
    results: ObjectStore
    reader: PageReader
    publisher: Publisher
    scratch: Callable[[], AbstractContextManager[Path]]
    page_time_limit_s: float
    lease_s: int
    instruments: Instruments


def recognise_chunk(message: ChunkReady, invocation: Invocation, deps: Recognition) -> Refused | None:
    """Read one chunk.

    Returns:
        Why there was nothing to do, or None when the chunk was worked on now.

    Raises:
        RetryLaterError: another attempt holds the chunk, or this one failed and may be repeated.
        GivenUpError: the last attempt failed; the document says so.
    """
    claim = held(deps.store.claim(message.chunk_id, generation=message.generation, lease_s=deps.lease_s))
    if isinstance(claim, Refused):
        return claim
    again = message.model_copy(update={"generation": claim.generation + 1})
    with Attempt(claim, invocation, deps, redrive=again) as attempt:
        if claim.died and len(claim.unfinished) > 1:
            deps.store.replace(claim, _apart(claim), attempt.usage())
            _count_split("died", deps)
        elif claim.died and claim.unfinished and claim.attempt > MAX_ATTEMPTS:
            _give_page_up(claim, attempt, deps)
        else:
            try:
                _read(claim, attempt, invocation, deps)
            except (DocumentError, UploadMissingError) as fault:
                deps.store.fail(claim, fault, attempt.usage())
    deps.publisher.flush()
    return None


def _count_split(reason: str, deps: Recognition) -> None:
    deps.instruments.meter.record({Metric.SPLITS: 1}, by={Dimension.REASON: reason})


def _apart(claim: ChunkClaim) -> list[NewChunk]:
    """The chunks that follow a silent death: pages under suspicion each alone, where there is most memory."""
    split = split_after_death(claim.unfinished, claim.in_hand)
    largest = Lane(Tier.LARGE, lane_of(claim.lane).priority).queue
    suspects = [NewChunk(pages, largest, attempt=1) for page in split.suspects for pages in ranges_of([page])]
    return [*suspects, *(NewChunk(pages, claim.lane) for pages in split.rest)]


def _give_page_up(claim: ChunkClaim, attempt: Attempt[ChunkClaim], deps: Recognition) -> None:
    """A page that ended every attempt on it, alone, is a failed page; the rest of the document goes on."""
    fault = PageWorkerDiedError()
    deps.store.save_page(claim, failed_page(claim.unfinished[0], code=fault.code, reason=fault.message), None)
    deps.store.finish(claim, attempt.usage())


def _read(claim: ChunkClaim, attempt: Attempt[ChunkClaim], invocation: Invocation, deps: Recognition) -> None:
    run = PageRun(
        claim=claim,
        attempt=attempt,
        store=deps.store,
        results=deps.results,
        publisher=deps.publisher,
        invocation=invocation,
        meter=deps.instruments.meter,
        page_time_limit_s=deps.page_time_limit_s,
        lease_s=deps.lease_s,
    )
    options = ReadOptions(
        languages=claim.languages, page_time_limit_s=deps.page_time_limit_s, force_ocr=claim.force_ocr
    )
    with deps.scratch() as folder:
        if claim.unfinished:
            path = folder / "document"
            deps.uploads.download(upload_key(claim.document_id), path, claim.object_version)
            readings = deps.reader.read(
                path, claim.unfinished, options, may_start=run.may_start, on_tick=attempt.heartbeat
            )
            for reading in readings:
                run.save(reading)
    rest = [page for page in claim.unfinished if page not in run.finished]
    if rest:
        # Time is up before the pages are: what is left goes back as new chunks, not as a failure.
        deps.store.replace(claim, [NewChunk(pages, claim.lane) for pages in ranges_of(rest)], attempt.usage())
        _count_split("time", deps)
    else:
        run.tell(deps.store.finish(claim, attempt.usage()))
