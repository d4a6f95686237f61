"""The benchmarks' instruments: processor time and memory of commands, blocks of pages, and how readers stand."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from benchmarks import cold_start
from benchmarks.accuracy_corpus import Document
from benchmarks.blocks import Block, make_blocks, pages_of
from benchmarks.documents import BenchmarkError
from benchmarks.made_pages import made_documents
from benchmarks.material import Bench
from benchmarks.memory_group import memory_group
from benchmarks.peers.commands import run_side_by_side
from benchmarks.peers.limit import Alone, Limit, measure_limit
from benchmarks.peers.readers import Outcome
from benchmarks.side_by_side_results import BITMAPS, PICTURES, Lap, standing
from benchmarks.stages import Stages
from local.samples import SHEETS, make_samples

_BURN = "import time\nwhile time.process_time() < 0.4: pass"
_NESTED = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '''{_BURN}'''], check=True)"
_HOLD = "import time; held = b'x' * (120 << 20); time.sleep(1)"


def _document(path: Path, *truths: str | None, source: str = "made") -> Document:
    return Document(f"{source}/{path.stem}", source, path, truths, upper_case=False, ordered=True)


def test_the_processor_time_of_a_command_holds_that_of_its_children() -> None:
    [busy, idle], wall_s = run_side_by_side([[sys.executable, "-c", _NESTED], [sys.executable, "-c", "print(7)"]], {})
    assert busy.cpu_s > 0.4
    assert busy.cpu_s - idle.cpu_s > 0.3
    assert idle.output == "7\n"
    assert wall_s > 0


def test_the_memory_of_a_command_is_seen() -> None:
    [run], _ = run_side_by_side([[sys.executable, "-c", _HOLD]], {})
    assert 120 < run.peak_mb < 200


def test_a_variable_can_be_taken_away_from_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")
    show = [sys.executable, "-c", "import os; print(os.environ.get('OMP_THREAD_LIMIT'))"]
    assert [run_side_by_side([show], {"OMP_THREAD_LIMIT": value})[0][0].output for value in ("2", None)] == [
        "2\n",
        "None\n",
    ]


def test_a_command_that_fails_is_told_with_its_own_words() -> None:
    with pytest.raises(BenchmarkError, match="no such pages"):
        run_side_by_side([[sys.executable, "-c", "raise SystemExit('no such pages')"]], {})


def test_a_control_group_holds_its_members_to_their_memory() -> None:
    with memory_group(64) as group:
        if group is None:
            pytest.skip("no control groups can be made here")
        join = f"import os, pathlib; pathlib.Path({str(group.members)!r}).write_text(str(os.getpid()))\n"
        run_side_by_side([[sys.executable, "-c", join + "x = b'x' * (30 << 20)"]], {})
        with pytest.raises(BenchmarkError, match="-9"):
            run_side_by_side([[sys.executable, "-c", join + _HOLD]], {})
    assert group.killed == 1
    assert 30 < group.peak_mb <= 65


def test_blocks_keep_pictures_as_they_are_and_text_layers_out(tmp_path: Path) -> None:
    letters = make_samples(tmp_path / "samples").scan
    photo, fax = tmp_path / "photo.jpg", tmp_path / "fax.png"
    Image.new("RGB", (600, 800), "wheat").save(photo, dpi=(150, 150))
    Image.new("1", (1728, 1143), 1).save(fax, dpi=(204, 98))
    documents = [
        _document(letters, *("\n".join(sheet.lines) or None for sheet in SHEETS)),
        _document(photo, "photo"),
        _document(fax, "fax"),
    ]
    pages = pages_of(documents, most=99)
    assert len(pages) == len([sheet for sheet in SHEETS if sheet.lines]) + 2
    (block,) = make_blocks(pages, side_by_side=2, longest=9, folder=tmp_path)
    assert block.page_count == len(pages)
    seen: list[bytes] = []
    for path, truths in zip(block.documents, block.truths, strict=True):
        with pymupdf.open(path) as pdf:
            assert pdf.page_count == len(truths or ())
            for page in pdf:
                assert page.get_text() == ""
                (image,) = page.get_images()
                seen.append(pdf.extract_image(image[0])["image"])
                if truths and truths[page.number].path == fax:
                    assert [round(size) for size in page.rect[2:]] == [round(1728 / 204 * 72), round(1143 / 98 * 72)]
    assert photo.read_bytes() in seen


def test_so_many_pages_of_each_source_are_spread_over_it(tmp_path: Path) -> None:
    path = tmp_path / "none.pdf"
    documents = [
        _document(path, *(f"page {number}" for number in range(1, 11))),
        _document(path, "only", source="other"),
    ]
    assert [(page.document.source, page.number) for page in pages_of(documents, most=2)] == [
        ("made", 1),
        ("made", 6),
        ("other", 1),
    ]


def test_a_reader_stands_by_what_it_read_and_a_missing_page_counts_against_it(tmp_path: Path) -> None:
    truths = tuple(_document(tmp_path / "x.pdf", text) for text in ("alpha beta", "gamma delta"))
    limit = Limit(Alone(1.8, (("alpha", ""),)), Alone(1.5, (("alpha beta", ""),)), Stages())
    lap = Lap(Block("made", (tmp_path / "x.pdf",), (truths,), 2), limit=limit)
    lap.outcomes["good"] = Outcome(2.0, 1.0, 50.0, (("alpha beta", "gamma delta"),), {"searchable PDF": 7})
    lap.outcomes["half"] = Outcome(4.0, 1.0, 50.0, (("alpha beta",),))
    good, half, raw, pictures = (standing([lap, lap], reader) for reader in ("good", "half", BITMAPS, PICTURES))
    assert (good.score.f1, good.ordered.cer, good.cpu_s, good.pages, good.bytes_out) == (1.0, 0.0, 4.0, 4, 14)
    assert half.score.f1 == pytest.approx(2 * 2 / (4 + 2))
    assert half.ordered.wer == 0.5
    assert (raw.cpu_s, raw.score.f1) == (3.0, half.score.f1)
    assert pictures.cpu_s == 3.6
    assert pictures.score.f1 < raw.score.f1


def test_libtesseract_alone_reads_what_the_product_reads(tmp_path: Path) -> None:
    (document,) = made_documents(tmp_path)
    pages = pages_of([document], most=2)
    (block,) = make_blocks(pages, side_by_side=1, longest=9, folder=tmp_path)
    limit = measure_limit(block.documents, tmp_path)
    lap = Lap(block, limit=limit)
    assert standing([lap], BITMAPS).score.f1 > 0.8
    assert standing([lap], PICTURES).score.f1 > 0.8
    assert limit.stages.readings >= 2
    # Neither can be much dearer than the other: it is the same engine on the same pixels.
    assert 0.5 < limit.on_bitmaps.cpu_s / limit.stages.recognise_s < 2
    assert limit.stages.rest_s > 0


def test_a_cold_start_is_measured(tmp_path: Path) -> None:
    scan = make_samples(tmp_path / "samples").scan
    bench = Bench(scan, (scan,), scan, None, tmp_path, quick=True, source="made")
    section = cold_start.measure(bench)
    by_name = {figure.name: figure.value for figure in section.figures}
    assert by_name["of it, imports"] < by_name["the function's process: imports and wiring"]
    assert len(section.rows) == 2


def test_pictures_with_transparency_are_laid_on_white(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.new("RGBA", (120, 160), (0, 0, 0, 0)).save(path)
    (block,) = make_blocks(pages_of([_document(path, "nothing")], most=1), side_by_side=1, longest=1, folder=tmp_path)
    with pymupdf.open(block.documents[0]) as pdf:
        shown = Image.open(BytesIO(pdf[0].get_pixmap().tobytes("png")))
    assert shown.convert("L").getextrema() == (255, 255)
