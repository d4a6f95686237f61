"""The product beside its peers: the same pages, read in turn in one run, for processor time, accuracy and memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.accuracy_corpus import documents as known_documents
from benchmarks.blocks import Block, make_blocks, pages_of
from benchmarks.documents import desk
from benchmarks.figures import Section
from benchmarks.made_pages import made_documents
from benchmarks.material import Bench, excerpt, printed_pages
from benchmarks.peers.installation import install_peers
from benchmarks.peers.limit import measure_limit
from benchmarks.peers.others import ocrmypdf, plain_pytesseract
from benchmarks.peers.ours import Ours
from benchmarks.peers.readers import Reader
from benchmarks.side_by_side_report import report
from benchmarks.side_by_side_results import OCRMYPDF, PYTESSERACT, TURNED, Lap

_PAGES_A_SOURCE: Final = 18
_QUICK_PAGES_A_SOURCE: Final = 6
_SCANNED_PAGES: Final = 18
_QUICK_SCANNED_PAGES: Final = 6
_LONGEST: Final = 9
"""Pages of one document: the peers' start, 0.6 s of CPU, then weighs little, as it does for ordinary documents."""

_WARMING: Final = 3
"""Times as many documents as are read at once: of each function there are then as many environments as two documents
can need at the same moment. One that is started meanwhile takes half a second of CPU, as much as all else of them."""

_TURNED_SOURCES: Final = frozenset({"clinocr", "made"})
"""Where pages lie on their side or crooked; there OCRmyPDF is also asked to turn and straighten pages."""

_TURNING: Final = ("--rotate-pages", "--deskew")


def measure(bench: Bench) -> Section:
    """Read block by block, by each reader in turn."""
    folder = bench.folder / "side-by-side"
    folder.mkdir(exist_ok=True)
    blocks, peers = _blocks(bench, folder), install_peers()
    with ExitStack() as stack:
        warming = _WARMING * [_one_page(path, folder) for path in blocks[0].documents]
        ours = Ours(stack.enter_context(desk()), warming)
        readers: list[Reader] = [ours, ocrmypdf(peers, OCRMYPDF), plain_pytesseract(peers, PYTESSERACT)]
        turning = ocrmypdf(peers, TURNED, _TURNING)
        laps = []
        for number, block in enumerate(blocks):
            lap = Lap(block)
            also = [turning] if block.source in _TURNED_SOURCES else []
            steps = [_reading(reader, lap, folder) for reader in (*readers, *also)]
            steps.append(_limit(lap, folder))
            for step in _turned(steps, number):
                step()
            lap.usage = ours.passages[-1].usage
            laps.append(lap)
    return report(laps)


def _one_page(document: Path, folder: Path) -> Path:
    (folder / "warming").mkdir(exist_ok=True)
    return excerpt(document, [1], folder / "warming")


def _turned(items: Sequence[Callable[[], None]], by: int) -> list[Callable[[], None]]:
    """Another order from block to block, so that what changes meanwhile burdens nobody more than others."""
    first = by % len(items)
    return [*items[first:], *items[:first]]


def _reading(reader: Reader, lap: Lap, folder: Path) -> Callable[[], None]:
    def read() -> None:
        lap.outcomes[reader.name] = reader.read(lap.block.documents, folder)

    return read


def _limit(lap: Lap, folder: Path) -> Callable[[], None]:
    def measured() -> None:
        lap.limit = measure_limit(lap.block.documents, folder)

    return measured


def _blocks(bench: Bench, folder: Path) -> list[Block]:
    side_by_side = len(os.sched_getaffinity(0))
    known = known_documents(bench.accuracy) if bench.accuracy else made_documents(folder)
    most = _QUICK_PAGES_A_SOURCE if bench.quick else _PAGES_A_SOURCE
    blocks = make_blocks(pages_of(known, most), side_by_side=side_by_side, longest=_LONGEST, folder=folder)
    return blocks if bench.accuracy is None else [*blocks, *_scans(bench, side_by_side)]


def _scans(bench: Bench, side_by_side: int) -> list[Block]:
    """Pages of a long scan, whose text nobody knows: for processor time and memory."""
    scan = bench.long_scans[-1]
    pages = printed_pages(scan, _QUICK_SCANNED_PAGES if bench.quick else _SCANNED_PAGES)
    count = -(-len(pages) // (_LONGEST * side_by_side))
    blocks = []
    for first in range(count):
        mine = pages[first::count]
        hands = [hand for hand in (mine[hand::side_by_side] for hand in range(side_by_side)) if hand]
        paths = tuple(excerpt(scan, hand, bench.folder) for hand in hands)
        blocks.append(Block("scans", paths, (None,) * len(paths), len(mine)))
    return blocks
