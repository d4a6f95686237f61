"""``./docpipe run`` as a user runs it: the whole pipeline, from a file's path to the folder of its results."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from pikepdf import pdfa
from PIL import Image

from local.samples import SHEETS, Samples, make_samples
from local.samples.sheets import Look
from tests.support.commands import Ran, docpipe

pytestmark = pytest.mark.xdist_group("command-line")

_NEARLY_ALL = 0.93
"""Share of a sheet's words that must be read; Tesseract loses a few numbers of the table and words of the fax."""

_BY_OCR = [number for number, sheet in enumerate(SHEETS) if sheet.look not in (Look.DIGITAL, Look.BLANK)]


_ODD_NAME = 'a "letter", it\'s\nnew 😀.pdf'


def record_of(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "document.json").read_text(encoding="utf-8"))
    return record


def share_read(sheet_number: int, text: str) -> float:
    wanted, found = Counter(SHEETS[sheet_number].words), Counter(text.split())
    return (wanted & found).total() / wanted.total()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return make_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def plan(samples: Samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another file of the same name: the born-digital page alone."""
    path = tmp_path_factory.mktemp("other") / samples.scan.name
    with pymupdf.open(samples.scan) as document:
        document.select([[sheet.look for sheet in SHEETS].index(Look.DIGITAL)])
        document.save(path, garbage=3)
    return path


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="module")
def ran(samples: Samples, plan: Path, out: Path) -> Ran:
    """All samples in one run, and a second file with the name of the first."""
    return docpipe("run", samples.scan, samples.damaged, samples.protected, plan, "--out", out, "--json", "--priority")


@pytest.fixture(scope="module")
def folder(ran: Ran, out: Path, samples: Samples) -> Path:
    """Results of the sample scan."""
    assert ran.lines, ran.stderr
    return out / samples.scan.name


@pytest.fixture(scope="module")
def record(folder: Path) -> dict[str, Any]:
    return record_of(folder)


def test_one_failed_document_makes_the_exit_status_one(ran: Ran) -> None:
    assert ran.exit_status == 1


def test_stdout_holds_one_json_line_for_each_document_and_nothing_else(ran: Ran, samples: Samples, plan: Path) -> None:
    given = [samples.scan, samples.damaged, samples.protected, plan]
    assert sorted(line["file"] for line in ran.lines) == sorted(map(str, given))
    assert {line["status"] for line in ran.lines} == {"completed", "failed"}


def test_progress_is_told_on_stderr(ran: Ran, samples: Samples) -> None:
    assert f"{samples.scan.name}: completed, {len(SHEETS)}/{len(SHEETS)} pages" in ran.stderr


def test_the_record_tells_of_the_document(record: dict[str, Any]) -> None:
    assert record["status"] == "completed"
    assert (record["code"], record["message"]) == (None, None)
    assert (record["page_count"], record["pages_failed"], record["tier"]) == (len(SHEETS), 0, "small")
    assert record["priority"] is True
    assert 80 < record["mean_confidence"] <= 100
    assert 0 < record["cost"] < 0.01
    assert record["timings"]["total_s"] >= record["timings"]["recognition_s"] > 0


@pytest.mark.parametrize("number", _BY_OCR, ids=[SHEETS[number].look.replace(" ", "-") for number in _BY_OCR])
def test_a_scanned_page_is_read(record: dict[str, Any], number: int) -> None:
    page = record["pages"][number]
    assert (page["number"], page["source"]) == (number + 1, "ocr")
    assert share_read(number, page["text"]) >= _NEARLY_ALL
    assert [word["text"] for word in page["words"]] == page["text"].split()


def test_a_rotated_page_is_turned_upright(record: dict[str, Any]) -> None:
    (page,) = [page for page in record["pages"] if page["rotation"]]
    assert SHEETS[page["number"] - 1].look is Look.SIDEWAYS
    assert page["width"] < page["height"]


def test_a_born_digital_page_is_taken_as_it_is(record: dict[str, Any]) -> None:
    number = [sheet.look for sheet in SHEETS].index(Look.DIGITAL)
    page = record["pages"][number]
    assert (page["source"], page["mean_confidence"]) == ("text_layer", 100)
    assert page["text"].split() == SHEETS[number].words


def test_a_blank_page_is_told_as_such(record: dict[str, Any]) -> None:
    page = record["pages"][[sheet.look for sheet in SHEETS].index(Look.BLANK)]
    assert (page["source"], page["text"], page["words"], page["mean_confidence"]) == ("blank", "", [], None)


def test_every_page_says_why_it_was_read_so(record: dict[str, Any]) -> None:
    assert all(page["reason"] for page in record["pages"])


def test_boxes_lie_inside_the_page_and_around_ink_of_its_image(record: dict[str, Any], folder: Path) -> None:
    for page in record["pages"]:
        with Image.open(folder / page["image"]) as opened:
            assert opened.format == "JPEG"
            image, scale = opened.convert("L"), page["dpi"] / 72
        assert image.size == pytest.approx((page["width"] * scale, page["height"] * scale), abs=2)
        for word in page["words"]:
            assert 0 <= word["x0"] < word["x1"] <= page["width"]
            assert 0 <= word["y0"] < word["y1"] <= page["height"]
            box = image.crop(tuple(round(word[side] * scale) for side in ("x0", "y0", "x1", "y1")))
            assert min(box.tobytes()) < 128, f"nothing printed at {word}"


def test_the_searchable_pdf_finds_words_where_the_record_has_them(record: dict[str, Any], folder: Path) -> None:
    with pymupdf.open(folder / "searchable.pdf") as document:
        assert document.page_count == len(SHEETS)
        for number, term in (
            (0, "pneumonia"),
            (1, "Haemoglobin"),
            (2, "prescription"),
            (3, "splint"),
            (4, "stretching"),
        ):
            (found,) = document[number].search_for(term)
            (word,) = [word for word in record["pages"][number]["words"] if term in word["text"]]
            if not record["pages"][number]["rotation"]:
                assert found.intersects(pymupdf.Rect(word["x0"], word["y0"], word["x1"], word["y1"]))


def test_the_whole_text_is_that_of_the_pages(record: dict[str, Any], folder: Path) -> None:
    text = (folder / "text.txt").read_text(encoding="utf-8")
    assert text.split() == [word for page in record["pages"] for word in page["text"].split()]


@pytest.mark.parametrize(("kind", "code"), [("damaged", "file_unreadable"), ("protected", "file_encrypted")])
def test_a_bad_file_fails_with_a_code_and_the_remedy(
    ran: Ran, out: Path, samples: Samples, kind: str, code: str
) -> None:
    record = record_of(out / getattr(samples, kind).name)
    assert (record["status"], record["code"], record["pages"]) == ("failed", code, [])
    (line,) = [line for line in ran.lines if line["file"] == str(getattr(samples, kind))]
    assert line["message"] == record["message"]
    assert record["message"].endswith(("then upload the new file.", "then upload that copy."))


def test_a_file_of_the_same_name_gets_a_folder_of_its_own(ran: Ran, plan: Path, folder: Path) -> None:
    (line,) = [line for line in ran.lines if line["file"] == str(plan)]
    assert Path(line["folder"]) != folder
    assert record_of(Path(line["folder"]))["page_count"] == 1


def test_a_run_that_completes_ends_with_zero_and_replaces_earlier_results(plan: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "results" / plan.name
    (earlier / "pages").mkdir(parents=True)
    (earlier / "document.json").write_text("{}")
    (earlier / "pages" / "0002.jpg").touch()
    # A path is taken from where the user stands.
    (tmp_path / plan.name).write_bytes(plan.read_bytes())
    asked_for = ("--output", "hocr", "--output", "alto", "--pdfa")
    done = docpipe("run", plan.name, "--out", "results", *asked_for, cwd=tmp_path)
    assert done.exit_status == 0, done.stderr
    assert plan.name in done.stdout
    assert sorted(path.name for path in (earlier / "pages").iterdir()) == ["0001.jpg"]
    assert record_of(earlier)["status"] == "completed"
    files = {"document.json", "pages", "searchable.pdf", "text.txt", "words.alto.xml", "words.hocr.html"}
    assert {path.name for path in earlier.iterdir()} == files
    assert record_of(earlier)["pdfa"]["conforms"] is True
    assert pdfa.validate_written(earlier / "searchable.pdf", "2b").passed


def test_files_of_all_sorts_in_one_run_each_get_a_sentence(plan: Path, tmp_path: Path) -> None:
    odd, empty, text = tmp_path / _ODD_NAME, tmp_path / "empty.pdf", tmp_path / "note.txt"
    odd.write_bytes(plan.read_bytes())
    empty.touch()
    text.write_text("no scan")
    done = docpipe("run", odd, empty, text, "--out", tmp_path / "out")
    assert done.exit_status == 1
    read, nothing, other = done.stdout.splitlines()
    assert ": completed, 1 page, confidence " in read
    assert "empty.pdf: failed, file_empty: The file is empty." in nothing
    assert "note.txt: failed, format_unsupported: " in other
    assert "Traceback" not in done.stderr
    assert record_of(tmp_path / "out" / _ODD_NAME)["status"] == "completed"


@pytest.mark.parametrize("wrong", ["missing", "folder", "no-out", "language", "out-is-a-file"])
def test_bad_usage_is_refused_in_a_sentence_before_anything_starts(
    samples: Samples, tmp_path: Path, wrong: str
) -> None:
    out = tmp_path / "out"
    arguments: dict[str, list[object]] = {
        "missing": [tmp_path / "missing.pdf", "--out", out],
        "folder": [tmp_path, "--out", out],
        "no-out": [samples.scan],
        "language": [samples.scan, "--out", out, "--language", "../eng"],
        "out-is-a-file": [samples.scan, "--out", samples.damaged],
    }
    done = docpipe("run", *arguments[wrong])
    assert done.exit_status == 2
    assert done.stdout == ""
    assert "Starting" not in done.stderr
    assert done.stderr.strip()
    assert not out.exists() or not any(out.iterdir())
