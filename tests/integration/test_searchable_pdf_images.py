"""Searchable PDFs of image files: the image itself is kept where a PDF can hold it, and words lie on their ink."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest
from PIL import Image, ImageChops, ImageDraw

from docpipe.domain.page import PageText
from docpipe.pdf.archival import PdfaArchivist
from docpipe.ports import ReadOptions
from docpipe.reading import make_engine, open_source, read_page
from tests.support import pages as scans
from tests.support.searchable import ink_box, jpeg, page_text, read_with_pdfium, rendering, word, write


def picture() -> Image.Image:
    """An upright Letter page at 100 dpi with one bar on it, off centre."""
    image = Image.new("RGB", (850, 1100), "white")
    ImageDraw.Draw(image).rectangle((100, 200, 300, 220), fill=(0, 0, 120))
    return image


def seen(**others: Any) -> PageText:
    """The page with the word that the bar is."""
    return page_text([word("Anchor", (72, 144, 216, 158.4))], image_key="key", **others)


def stand_in(key: str) -> bytes:
    """A page image that shows the same."""
    return jpeg(ink=(100, 200, 300, 220))


def image_of(path: Path, index: int = 0) -> tuple[bytes, str]:
    """The stored bytes of the only image of a page, and its filter."""
    with pikepdf.open(path) as document:
        (image,) = document.pages[index].get_images().values()
        return image.read_raw_bytes(), str(image.Filter)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("orientation", scans.TURNS)
def test_words_lie_on_the_ink_of_a_photo_however_it_was_taken(tmp_path: Path, orientation: int, rotation: int) -> None:
    source = scans.photo(tmp_path / "photo.jpg", picture().rotate(rotation, expand=True), orientation, dpi=100)
    result = write(source, [seen(rotation=rotation)], stand_in)
    stored, kind = image_of(result)
    assert (stored, kind) == (source.read_bytes(), "/DCTDecode")
    assert ink_box(rendering(result, dpi=144), 144) == pytest.approx((72, 144, 216, 158.4), abs=2)
    assert read_with_pdfium(result, ["Anchor"]).boxes["Anchor"] == pytest.approx((72, 144, 216, 158.4), abs=1.5)


def test_a_grey_photo_stays_grey(tmp_path: Path) -> None:
    source = tmp_path / "photo.jpg"
    picture().convert("L").save(source, quality=90)
    result = write(source, [seen()], stand_in)
    assert image_of(result)[0] == source.read_bytes()
    assert rendering(result).getpixel((100, 150)) == pytest.approx((14, 14, 14), abs=4)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("TIFF", {"compression": "group4"}),
        ("TIFF", {"compression": "group3"}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("PNG", {}),
        ("BMP", {}),
    ],
)
def test_black_and_white_stays_without_loss_and_small(tmp_path: Path, kind: str, options: dict[str, Any]) -> None:
    source = tmp_path / "fax"
    page = scans.scan(mode="1")
    page.save(source, kind, **options)
    result = write(source, [seen()], lambda _: jpeg())
    assert image_of(result)[1] == "/CCITTFaxDecode"
    with pymupdf.open(result) as document:
        shown = pymupdf.Pixmap(document, document[0].get_images()[0][0])
        pixels = Image.frombytes("L", (shown.width, shown.height), shown.samples)
    assert ImageChops.difference(pixels, page.convert("L")).getbbox() is None
    assert result.stat().st_size < 30_000
    assert read_with_pdfium(result, ["Anchor"]).boxes["Anchor"] == pytest.approx((72, 144, 216, 158.4), abs=1.5)
    assert PdfaArchivist().archive(result, lambda: iter([seen()]), on_page=lambda: None).pages_drawn == 0


@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_a_drawing_stays_a_png_when_that_is_smaller(tmp_path: Path, mode: str) -> None:
    source = tmp_path / "drawing.png"
    drawing = picture().quantize(4) if mode == "P" else picture().convert(mode)
    drawing.save(source, bits=2 if mode == "P" else 8)
    result = write(source, [seen()], stand_in)
    assert image_of(result)[1] == "/FlateDecode"
    assert result.stat().st_size < source.stat().st_size + 8_000
    assert rendering(result).getpixel((100, 150)) == drawing.convert("RGB").getpixel((200, 210))
    photo = Image.effect_noise((850, 1100), 60)
    photo.save(source)
    assert image_of(write(source, [seen()], stand_in))[1] == "/DCTDecode"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparent_parts_of_a_drawing_are_white(tmp_path: Path, mode: str) -> None:
    source = tmp_path / "drawing.png"
    ink = Image.new("RGBA", (850, 1100), (0, 0, 0, 0))
    ink.paste((0, 0, 0, 255), (100, 200, 300, 220))
    (ink.quantize(4) if mode == "PA" else ink.convert(mode)).save(source)
    result = write(source, [seen()], stand_in)
    assert image_of(result)[1] == "/FlateDecode"
    assert (rendering(result).getpixel((100, 150)), rendering(result).getpixel((10, 10))) == (
        (0, 0, 0),
        (255, 255, 255),
    )
    assert PdfaArchivist().archive(result, lambda: iter([seen()]), on_page=lambda: None).pages_drawn == 0


def _cmyk(path: Path) -> None:
    picture().convert("CMYK").save(path, "JPEG")


def _truncated(path: Path) -> None:
    scans.scan(mode="1").save(path, "TIFF", compression="group4")
    path.write_bytes(path.read_bytes()[:-2_000])


@pytest.mark.parametrize("make", [_cmyk, _truncated])
def test_what_a_pdf_cannot_hold_is_shown_by_its_page_image(tmp_path: Path, make: Callable[[Path], None]) -> None:
    source = tmp_path / "file"
    make(source)
    result = write(source, [seen()], stand_in)
    assert image_of(result)[0] == stand_in("key")


def test_frames_of_a_tiff_keep_their_order_and_kind(tmp_path: Path) -> None:
    source = tmp_path / "mixed.tif"
    frames = [scans.scan(mode="1"), picture(), scans.scan(mode="1", lines=("Third page of a fax",))]
    frames[0].save(source, save_all=True, append_images=frames[1:], compression="raw")
    result = write(source, [replace(seen(), page_number=number) for number in (1, 2, 3)], stand_in)
    kinds = [image_of(result, index)[1] for index in range(3)]
    assert kinds == ["/CCITTFaxDecode", "/DCTDecode", "/CCITTFaxDecode"]
    assert rendering(result, 0).tobytes() != rendering(result, 2).tobytes()


def test_a_scan_read_by_the_real_reader_is_found_where_it_is_printed(tmp_path: Path) -> None:
    source = tmp_path / "fax.tif"
    scans.scan(dpi=204, mode="1").resize((1734, 1078)).save(source, compression="group4", dpi=(204, 98))
    with open_source(source) as document:
        reading = read_page(document, 1, make_engine("tesserocr"), ReadOptions())
    page = page_text(reading.words, width=reading.width, height=reading.height, image_key="key")
    result = write(source, [page], lambda _: reading.image)
    assert result.stat().st_size < 1.5 * source.stat().st_size + 10_000
    found = read_with_pdfium(result, ["pressure"]).boxes["pressure"]
    (expected,) = [each for each in reading.words if each.text == "pressure"]
    assert found == pytest.approx((expected.x0, expected.y0, expected.x1, expected.y1), abs=3)
