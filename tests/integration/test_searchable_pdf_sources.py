"""What a searchable PDF keeps of its source, whatever the source is like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pymupdf
import pytest

from docpipe.domain.errors import PageUnreadableError, UnreadableFileError
from docpipe.domain.page import PageSource
from docpipe.ports import ReadOptions
from docpipe.reading import make_engine, open_source, read_page
from tests.support.searchable import (
    jpeg,
    page_text,
    read_with_mupdf,
    read_with_pdfium,
    rendering,
    word,
    write,
)

SEEN = word("seen", (72, 300, 110, 312))


def pdf(path: Path, *contents: str, **saving: Any) -> Path:
    """A PDF of pages with a red square each and the operators given."""
    with pymupdf.open() as document:
        for operators in contents or ("",):
            page = document.new_page(width=612, height=792)
            page.insert_font(fontname="helv")
            stream = document.get_new_xref()
            document.update_object(stream, "<<>>")
            document.update_stream(stream, f"1 0 0 rg 100 200 80 80 re f {operators}".encode(), new=True)
            document.xref_set_key(page.xref, "Contents", f"{stream} 0 R")
        document.save(path, **saving)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "source.pdf"


def assert_looks_the_same(result: Path, source: Path, pages: int = 1) -> None:
    for index in range(pages):
        assert rendering(result, index).tobytes() == rendering(source, index).tobytes()


def assert_whole(path: Path, pages: int = 1) -> None:
    with pymupdf.open(path) as document:
        assert document.page_count == pages
        assert not document.is_repaired


@pytest.mark.parametrize(
    "operators",
    [
        "q q 0.1 0 0 0.1 300 300 cm",
        "Q Q Q 1 0 0 1 50 50 cm",
        "0.5 0 0 0.5 10 10 cm 0 0 10 10 re W n",
        "BT /helv 12 Tf 7 Tr 400 Tz 50 Tc 30 Ts (x) Tj",
        "/Span BMC",
        "EMC EMC",
        "( unfinished",
    ],
    ids=["open q", "excess Q", "scaled and clipped", "open text", "open mark", "excess EMC", "open string"],
)
def test_what_a_page_leaves_behind_does_not_disturb_the_text(path: Path, operators: str) -> None:
    source = pdf(path, operators)
    result = write(source, [page_text([SEEN])])
    assert_looks_the_same(result, source)
    box = pytest.approx((72, 300, 110, 312), abs=1.5)
    assert read_with_mupdf(result).boxes["seen"] == box
    assert read_with_pdfium(result, ["seen"]).boxes["seen"] == box


@pytest.mark.parametrize("mode", [0, 3], ids=["garbled", "hidden"])
def test_text_that_recognition_replaces_is_not_read_twice_but_still_drawn(path: Path, mode: int) -> None:
    source = pdf(path, f"BT /helv 12 Tf {mode} Tr 72 480 Td (replaced) Tj ET")
    result = write(source, [page_text([SEEN])])
    assert_looks_the_same(result, source)
    assert read_with_mupdf(result).text.split() == ["seen"]
    assert read_with_pdfium(result).text.split() == ["seen"]


def test_only_recognised_pages_get_text(path: Path) -> None:
    own = "BT /helv 12 Tf 72 480 Td (own) Tj ET"
    source = pdf(path, own, "", own, "")
    sources = (PageSource.TEXT_LAYER, PageSource.OCR, PageSource.FAILED, PageSource.BLANK)
    pages = [page_text([SEEN], number=number, source=kind) for number, kind in enumerate(sources, start=1)]
    result = write(source, pages)
    assert [read_with_pdfium(result, index=index).text for index in range(4)] == ["own", "seen", "own", ""]
    assert_looks_the_same(result, source, pages=4)


def test_a_pdf_with_nothing_to_change_stays_byte_for_byte(path: Path) -> None:
    source = pdf(path)
    result = write(source, [page_text([], source=PageSource.TEXT_LAYER)])
    assert result.read_bytes() == source.read_bytes()


def test_a_page_with_a_text_layer_that_lies_on_its_side_is_turned_and_nothing_else(path: Path) -> None:
    source = pdf(path, "BT /helv 12 Tf 72 480 Td (own) Tj ET")
    result = write(source, [page_text([SEEN], source=PageSource.TEXT_LAYER, rotation=90)])
    with pymupdf.open(result) as document:
        assert document[0].rotation == 90
        assert not document.xref_is_font(document.xref_length() - 1)
    assert read_with_pdfium(result).text == "own"


def test_an_intact_file_is_only_appended_to(path: Path) -> None:
    source = pdf(path, *[""] * 30)
    result = write(source, [page_text([SEEN], number=number) for number in range(1, 31)])
    written = result.read_bytes()
    assert written.startswith(source.read_bytes())
    assert len(written) - source.stat().st_size < 30 * 800 + 4_000
    assert_whole(result, pages=30)


def test_all_pages_share_one_font(path: Path) -> None:
    source = pdf(path, "", "", "")
    result = write(source, [page_text([word("𝒜", (72, 300, 110, 312))], number=number) for number in (1, 2, 3)])
    with pymupdf.open(result) as document:
        fonts = {font[0] for page in document for font in page.get_fonts() if "Glyphless" in font[3]}
    assert len(fonts) == 1
    assert all("𝒜" in read_with_pdfium(result, index=index).text for index in range(3))


def test_resources_inherited_from_the_page_tree_are_kept(path: Path) -> None:
    source = pdf(path, "BT /helv 12 Tf 72 480 Td (drawn) Tj ET")
    with pymupdf.open(source) as document:
        page = document[0].xref
        parent = int(document.xref_get_key(page, "Parent")[1].split()[0])
        document.xref_set_key(parent, "Resources", document.xref_get_key(page, "Resources")[1])
        document.xref_set_key(page, "Resources", "null")
        document.saveIncr()
    result = write(source, [page_text([SEEN])])
    assert_looks_the_same(result, source)
    assert "seen" in read_with_pdfium(result).text


def test_a_file_encrypted_without_a_password_is_written_unencrypted(path: Path) -> None:
    source = pdf(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="owner", user_pw="")
    result = write(source, [page_text([SEEN])])
    with pymupdf.open(result) as document:
        assert document.metadata["encryption"] is None
    assert_looks_the_same(result, source)
    assert "seen" in read_with_pdfium(result).text


def without_xref(whole: bytes) -> bytes:
    return whole[: whole.rindex(b"xref\n0")]


def behind_junk(whole: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n\r\n" + whole


def with_wrong_offsets(whole: bytes) -> bytes:
    # Only the one object that the layer is added to lies elsewhere than the table says.
    return whole.replace(b"%PDF-1.7\n", b"%PDF-1.7\n%moved\n", 1)


@pytest.mark.parametrize("damage", [without_xref, behind_junk, with_wrong_offsets])
def test_a_damaged_file_is_written_whole(path: Path, damage: Any) -> None:
    source = pdf(path, "", "", "")
    source.write_bytes(damage(source.read_bytes()))
    result = write(source, [page_text([SEEN], number=number) for number in (1, 2, 3)])
    assert_whole(result, pages=3)
    assert_looks_the_same(result, source, pages=3)
    assert all("seen" in read_with_pdfium(result, index=index).text for index in range(3))


def test_outline_form_and_annotations_are_kept(path: Path) -> None:
    source = pdf(path, "", "")
    with pymupdf.open(source) as document:
        document.set_toc([[1, "First", 1], [1, "Second", 2]])
        document[1].add_highlight_annot(pymupdf.Rect(10, 10, 50, 30))
        field = pymupdf.Widget()
        field.field_name, field.field_type, field.field_value = "name", pymupdf.PDF_WIDGET_TYPE_TEXT, "filled"
        field.rect = pymupdf.Rect(10, 50, 100, 70)
        document[1].add_widget(field)
        document.saveIncr()
    result = write(source, [page_text([SEEN], number=2, rotation=180)])
    with pymupdf.open(result) as document:
        assert [title for _, title, _ in document.get_toc()] == ["First", "Second"]
        assert [annot.type[1] for annot in document[1].annots()] == ["Highlight"]
        assert [widget.field_value for widget in document[1].widgets()] == ["filled"]


def test_a_pdf_that_cannot_be_opened_becomes_its_page_images(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\nnothing that could be repaired")
    result = write(path, [page_text([SEEN], image_key="one")], lambda _: jpeg(ink=(100, 100, 300, 200)))
    assert read_with_pdfium(result).text == "seen"
    assert rendering(result).getpixel((144, 108)) == (0, 0, 0)


@pytest.mark.parametrize("kind", ["to be changed", "to be left alone", "unreadable", "image"])
def test_every_page_is_taken_whatever_becomes_of_it(path: Path, kind: str) -> None:
    # What else is made of the pages is made as they go by on their way here.
    pdf(path, "", "", "")
    if kind in ("unreadable", "image"):
        path.write_bytes(b"%PDF-1.7\nnothing" if kind == "unreadable" else b"\xff\xd8\xff")
    source = PageSource.TEXT_LAYER if kind == "to be left alone" else PageSource.OCR
    pages = iter([page_text([SEEN], number=number, source=source) for number in (1, 2, 3)])
    write(path, pages)
    assert list(pages) == []


def test_an_image_is_shown_as_its_page_image_with_the_jpeg_as_it_is(path: Path) -> None:
    path.write_bytes(b"II*\0")
    images = {"one": jpeg(ink=(100, 100, 300, 200)), "two": jpeg(ink=(500, 800, 700, 900))}
    pages = [page_text([SEEN], number=number, image_key=key) for number, key in enumerate(images, start=1)]
    result = write(path, pages, images.__getitem__)
    with pymupdf.open(result) as document:
        assert [page.rect.br for page in document] == [(612, 792), (612, 792)]
        shown = [document.xref_stream_raw(page.get_images()[0][0]) for page in document]
    assert shown == list(images.values())
    assert rendering(result, 1).getpixel((432, 612)) == (0, 0, 0)
    assert read_with_pdfium(result, ["seen"], index=1).boxes["seen"] == pytest.approx((72, 300, 110, 312), abs=1.5)
    assert_whole(result, pages=2)


def test_a_page_without_an_image_is_empty_and_of_its_size(path: Path) -> None:
    path.write_bytes(b"\xff\xd8\xff")
    sizes = ((300.0, 400.0), (0.0, 0.0))
    pages = [
        page_text([], number=number, source=PageSource.FAILED, width=width, height=height)
        for number, (width, height) in enumerate(sizes, start=1)
    ]
    result = write(path, pages)
    with pymupdf.open(result) as document:
        assert [page.rect.br for page in document] == [(300, 400), (612, 792)]


def _without_count(path: Path, operators: bytes = b"1 0 0 rg 100 200 80 80 re f") -> None:
    """A page tree that MuPDF takes for empty, and other readers do not."""
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 0>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length " + str(len(operators)).encode() + b">>stream\n" + operators + b"\nendstream endobj\n"
        b"trailer<</Root 1 0 R/Size 5>>\n%%EOF\n"
    )


def test_what_mupdf_takes_for_empty_is_mended_by_another_reader(path: Path) -> None:
    _without_count(path)
    with pymupdf.open(path) as document:
        assert document.page_count == 0
    with open_source(path) as source:
        assert source.page_count == 1
        assert source.page(1).draw().image.getcolors() is not None
    result = write(path, [page_text([SEEN])])
    assert_whole(result)
    assert read_with_mupdf(result).text.strip() == "seen"


def test_what_is_left_of_a_lost_page_does_not_pass_for_a_blank_one(path: Path) -> None:
    _without_count(path, b"")
    with pytest.raises(UnreadableFileError), open_source(path):
        pass
    # There are operators, and what they show is gone.
    _without_count(path, b"q /Scan Do Q")
    with open_source(path) as source, pytest.raises(PageUnreadableError):
        read_page(source, 1, make_engine("tesserocr"), ReadOptions())
