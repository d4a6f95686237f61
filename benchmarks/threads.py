"""What Tesseract costs when its threads are not held to one: the commonest mistake, on a few pages."""

from __future__ import annotations

from typing import Final

from benchmarks.figures import Chart, Kind, Section, of_runs
from benchmarks.material import Bench, excerpt, printed_pages
from benchmarks.peers.installation import install_peers
from benchmarks.peers.others import plain_pytesseract

_ROUNDS: Final = 3
_PAGES: Final = 2
_QUICK_ROUNDS: Final = 1
_METHOD: Final = (
    "The same pages by the plain pytesseract recipe, one document at a time, with OMP_THREAD_LIMIT=1 and without it, "
    "in turn. On a machine with other work the threads wait for each other even more."
)


def measure(bench: Bench) -> Section:
    """Read a few pages both ways, in turn."""
    peers, scan, folder = install_peers(), bench.long_scans[0], bench.folder
    rounds = _QUICK_ROUNDS if bench.quick else _ROUNDS
    pages = printed_pages(scan, _PAGES * rounds)
    one, free = plain_pytesseract(peers, "one thread"), plain_pytesseract(peers, "threads of its choice", None)
    rows: list[tuple[str | float | int, ...]] = []
    for number in range(rounds):
        document = excerpt(scan, pages[number::rounds], folder)
        for reader in (one, free) if number % 2 == 0 else (free, one):
            outcome = reader.read([document], folder)
            rows.append((reader.name, len(pages[number::rounds]), outcome.cpu_s, outcome.wall_s))

    def a_page(name: str, column: int) -> list[float]:
        return [float(row[column]) / float(row[1]) for row in rows if row[0] == name]

    ratios = [free_s / one_s for one_s, free_s in zip(a_page(one.name, 2), a_page(free.name, 2), strict=True)]
    figures = (
        of_runs("CPU without OMP_THREAD_LIMIT=1, over that with it", ratios, ""),
        of_runs("CPU a page, one thread", a_page(one.name, 2), "s"),
        of_runs("CPU a page, threads of its choice", a_page(free.name, 2), "s"),
    )
    chart = Chart(
        "threads",
        "Tesseract's own threads cost more than they give",
        Kind.BARS,
        "Measured",
        "Seconds a page, median",
        ("CPU", "wall"),
        {
            reader.name: [of_runs("", a_page(reader.name, column), "").value for column in (2, 3)]
            for reader in (one, free)
        },
    )
    columns = ("Tesseract", "Pages", "CPU, s", "Wall, s")
    return Section("threads", "Threads of Tesseract", _METHOD, figures, columns, tuple(rows), (chart,))
