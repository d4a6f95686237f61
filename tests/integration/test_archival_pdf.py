"""Searchable PDFs made into PDF/A-2b: what is kept, what becomes a picture, and that words are still found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from pikepdf import pdfa

from docpipe.domain.page import Archived, PageText
from docpipe.pdf.archival import PdfaArchivist
from tests.support import pages as scans
from tests.support.searchable import (
    ink_box,
    jpeg,
    page_text,
    read_with_mupdf,
    read_with_pdfium,
    rendering,
    word,
    write,
)

SEEN = word("seen", (72, 300, 110, 312))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "source.pdf"


def archived(source: Path, pages: list[PageText]) -> tuple[Path, Archived]:
    """The PDF/A of a source, by way of its searchable PDF."""
    result = write(source, pages)
    return result, PdfaArchivist().archive(result, lambda: iter(pages), on_page=lambda: None)


def scan(path: Path, count: int = 1) -> bytes:
    """A PDF of scans; returns the JPEG that each page shows."""
    picture = jpeg(850, 1100, ink=(100, 200, 300, 220))
    with pymupdf.open() as document:
        for _ in range(count):
            page = document.new_page(width=612, height=792)
            page.insert_image(page.rect, stream=picture)
        document.save(path)
    return picture


def printed(path: Path) -> None:
    """A PDF of a page of text in a font that every viewer has, and the file has not."""
    with pymupdf.open() as document:
        document.new_page(width=612, height=792).insert_text((72, 310), "seen", fontname="helv")
        document.save(path)


def assert_archival(path: Path, pages: int) -> None:
    """Hold the file against the rules, and by hand against those that everything depends on."""
    report = pdfa.validate_written(path, "2b")
    assert report.passed, report.summary()
    with pikepdf.open(path) as document:
        assert len(document.pages) == pages
        assert not document.is_encrypted
        assert document.check_pdf_syntax() == []
        (intent,) = document.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.N == 3
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")


def test_a_scan_is_kept_as_it_is_with_its_words(path: Path) -> None:
    picture = scan(path, 3)
    before = rendering(path).tobytes()
    result, outcome = archived(path, [page_text([SEEN], number=number) for number in (1, 2, 3)])
    assert outcome == Archived(conforms=True, pages_drawn=0)
    assert_archival(result, 3)
    assert rendering(result).tobytes() == before
    with pymupdf.open(result) as document:
        assert document.xref_stream_raw(document[0].get_images()[0][0]) == picture
    assert read_with_pdfium(result, ["seen"], 2).boxes["seen"] == pytest.approx((72, 300, 110, 312), abs=1.5)


def test_what_is_no_pdf_becomes_pdfa_as_well(path: Path) -> None:
    scans.scan(mode="1").save(path, "TIFF", compression="group4", dpi=(200, 200))
    picture = jpeg()
    result = path.with_name("searchable.pdf")
    page = page_text([SEEN], image_key="key")
    from docpipe.pdf.searchable import PdfWriter

    PdfWriter().write(path, iter([page]), image_of=lambda _: picture, destination=result)
    outcome = PdfaArchivist().archive(result, lambda: iter([page]), on_page=lambda: None)
    assert outcome == Archived(conforms=True, pages_drawn=0)
    assert_archival(result, 1)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_page_that_cannot_be_archived_becomes_a_picture_of_itself(path: Path, rotate: int) -> None:
    printed(path)
    with pymupdf.open(path) as document:
        page = document[0]
        page.draw_rect(pymupdf.Rect(120, 210, 240, 230), fill=(0, 0, 0))
        page.set_rotation(rotate)
        document.saveIncr()
    upright = rendering(path, dpi=144)
    box = ink_box(upright, 144)
    width, height = (size / 2 for size in upright.size)
    result, outcome = archived(path, [page_text([word("bar", box)], width=width, height=height)])
    assert outcome == Archived(conforms=True, pages_drawn=1)
    assert_archival(result, 1)
    assert ink_box(rendering(result, dpi=144), 144) == pytest.approx(box, abs=1)
    assert read_with_mupdf(result).boxes["bar"] == pytest.approx(box, abs=1.5)
    assert read_with_pdfium(result, ["bar"]).boxes["bar"] == pytest.approx(box, abs=3)


def test_only_the_pages_at_fault_become_pictures(path: Path, tmp_path: Path) -> None:
    scan(path, 2)
    printed(tmp_path / "printed.pdf")
    with pymupdf.open(path) as document, pymupdf.open(tmp_path / "printed.pdf") as other:
        document.insert_pdf(other, start_at=1)
        document.saveIncr()
    result, outcome = archived(path, [page_text([SEEN], number=number) for number in (1, 2, 3)])
    assert outcome == Archived(conforms=True, pages_drawn=1)
    assert_archival(result, 3)
    for index in range(3):
        assert read_with_mupdf(result, index).text.strip() == "seen"


def _attach(document: pikepdf.Pdf) -> None:
    document.attachments["notes.txt"] = b"secret"


def _script(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
    document.Root.OpenAction = action
    document.pages[0].AA = pikepdf.Dictionary(O=action)


def _break_labels(document: pikepdf.Pdf) -> None:
    document.Root.PageLabels = pikepdf.Array([1, 2])


def _call_grey_an_array(document: pikepdf.Pdf) -> None:
    (image,) = document.pages[0].get_images().values()
    image.ColorSpace = pikepdf.Array([pikepdf.Name.DeviceGray])
    image.Metadata = document.make_stream(b"private")
    image.Interpolate = True


@pytest.mark.parametrize("spoil", [_attach, _script, _break_labels, _call_grey_an_array])
def test_what_nobody_sees_is_put_right_and_costs_no_page(path: Path, spoil: Callable[[pikepdf.Pdf], None]) -> None:
    scan(path)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        spoil(document)
        document.save(path)
    result, outcome = archived(path, [page_text([SEEN])])
    assert outcome == Archived(conforms=True, pages_drawn=0)
    assert_archival(result, 1)
    assert b"secret" not in result.read_bytes()


def test_a_file_that_cannot_be_made_to_conform_stays_as_it_was(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\nnothing")
    outcome = PdfaArchivist().archive(path, lambda: iter([page_text([SEEN])]), on_page=lambda: None)
    assert outcome == Archived(conforms=False, pages_drawn=0)
    assert path.read_bytes() == b"%PDF-1.7\nnothing"
