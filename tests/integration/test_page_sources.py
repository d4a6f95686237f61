"""How pages come out of documents: at which size, with which pixels, within which memory."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from PIL import Image, ImageChops, ImageStat

from docpipe.domain import errors
from docpipe.images.pixels import flattened
from docpipe.ports import ReadOptions
from docpipe.reading import inspect, make_engine, open_source, read_page
from tests.support import pages


def lossless_pdf(path: Path, *images: Image.Image, dpi: int = 200, rotate: int = 0) -> Path:
    """A PDF whose pages are exactly these images."""
    document = pymupdf.open()
    for image in images:
        file = BytesIO()
        image.save(file, "PNG")
        page = document.new_page(width=image.width * 72 / dpi, height=image.height * 72 / dpi)
        page.insert_image(page.rect, stream=file.getvalue())
        page.set_rotation(rotate)
    document.save(path)
    return path


def pdf_without_pages() -> bytes:
    """A sound PDF that has none: MuPDF has nothing to repair."""
    header, catalog = b"%PDF-1.4\n", b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    tree = b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    offsets = [len(header), len(header + catalog)]
    rows = [b"0000000000 65535 f \n", *(b"%010d 00000 n \n" % offset for offset in offsets)]
    table = b"xref\n0 3\n" + b"".join(rows) + b"trailer\n<</Size 3/Root 1 0 R>>\n"
    body = header + catalog + tree
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def test_a_page_as_long_as_a_receipt_roll_fits_jpeg_and_engine(tmp_path: Path) -> None:
    document = pymupdf.open()
    document.new_page(width=216, height=20_000).insert_text((20, 400), "Roll", fontsize=30)
    document.save(tmp_path / "roll.pdf")
    with open_source(tmp_path / "roll.pdf") as source:
        drawing = source.page(1).draw()
    assert drawing.image.height <= 32_767


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_the_pixels_of_a_scan_are_taken_as_they_are(tmp_path: Path, mode: str, rotate: int) -> None:
    scan = pages.scan(mode=mode)
    path = lossless_pdf(tmp_path / "scan.pdf", scan.rotate(rotate, expand=True), rotate=rotate)
    with open_source(path) as source:
        drawing = source.page(1).draw()
    assert drawing.image.mode in ("L", "RGB")
    assert drawing.image.convert("RGB").tobytes() == scan.convert("RGB").tobytes()
    assert drawing.dpi == pytest.approx(200, abs=1)


@pytest.mark.parametrize("opacity", [255, 128])
def test_a_scan_with_a_soft_mask_is_taken_as_it_is_only_where_the_mask_hides_nothing(
    tmp_path: Path, opacity: int
) -> None:
    scan, mask, path = pages.scan(mode="RGB"), Image.new("L", pages.scan().size, opacity), tmp_path / "masked.pdf"
    files = [BytesIO(), BytesIO()]
    for image, file in zip((scan, mask), files, strict=True):
        image.save(file, "PNG")
    with pymupdf.open() as document:
        # A little larger than its scan: rendered, it has other pixels.
        page = document.new_page(width=scan.width * 72 / 200 + 1, height=scan.height * 72 / 200 + 1)
        frame = page.rect - (0, 0, 1, 1)
        page.insert_image(frame, stream=files[0].getvalue(), mask=files[1].getvalue(), keep_proportion=False)
        assert document.xref_get_key(page.get_images()[0][0], "SMask")[0] == "xref"
        document.save(path)
    with open_source(path) as source:
        drawn = source.page(1).draw().image
    faded = Image.blend(Image.new("RGB", scan.size, "white"), scan, opacity / 255)
    assert (drawn.tobytes() == scan.tobytes()) is (opacity == 255)
    assert ImageStat.Stat(drawn).mean == pytest.approx(ImageStat.Stat(faded).mean, abs=1)


def test_a_scan_in_the_resources_of_every_page_is_told_from_the_others(tmp_path: Path) -> None:
    scans = [pages.scan(lines=(line,)) for line in pages.LINES[:2]]
    document = pymupdf.open(lossless_pdf(tmp_path / "scans.pdf", *scans))
    # As some scanners write it: one dictionary names the images of all pages.
    names = "".join(f"/Scan{number} {page.get_images()[0][0]} 0 R" for number, page in enumerate(document))
    for number, page in enumerate(document):
        operators = page.read_contents().replace(page.get_images()[0][7].encode(), b"Scan%d" % number)
        document.update_stream(page.get_contents()[0], operators)
        document.xref_set_key(page.xref, "Resources", f"<</XObject<<{names}>>>>")
    document.save(tmp_path / "shared.pdf")
    with open_source(tmp_path / "shared.pdf") as source:
        drawings = [source.page(number).draw().image for number in (1, 2)]
    for drawing, scan in zip(drawings, scans, strict=True):
        assert ImageStat.Stat(ImageChops.difference(drawing.convert("L"), scan)).mean[0] < 1


def test_a_scan_whose_file_takes_a_pixel_for_a_point_is_not_enlarged(tmp_path: Path) -> None:
    scan = pages.scan()
    with open_source(lossless_pdf(tmp_path / "scan.pdf", scan, dpi=72)) as source:
        drawing = source.page(1).draw()
    assert drawing.image.size == scan.size
    assert drawing.dpi == pytest.approx(72)


def test_a_document_without_pages_says_so(tmp_path: Path) -> None:
    path = tmp_path / "none.pdf"
    path.write_bytes(pdf_without_pages())
    with pytest.raises(errors.NoPagesError):
        inspect(path)


def test_a_photo_of_a_hundred_megapixels_is_not_held_whole(tmp_path: Path) -> None:
    path = saved(tmp_path / "photo.jpg", Image.new("RGB", (12_000, 9_000), "white"), quality=50)
    with open_source(path) as source:
        drawing = source.page(1).draw()
        kept = source.page(1)
    assert max(drawing.image.size) == pytest.approx(3_300, abs=2)
    assert (kept.width, kept.height) == pytest.approx((792, 594), abs=1)


def test_an_image_that_is_a_bomb_is_refused_unopened(tmp_path: Path) -> None:
    header = b"BM" + bytes(8) + (62).to_bytes(4, "little") + (40).to_bytes(4, "little")
    size = (3_000_000).to_bytes(4, "little") + (48).to_bytes(4, "little")
    path = tmp_path / "bomb.bmp"
    path.write_bytes(header + size + b"\x01\x00\x01\x00" + bytes(24) + bytes(8))
    with pytest.raises(errors.DecompressionBombError):
        inspect(path)


def test_a_scan_that_cannot_be_decoded_does_not_pass_for_a_blank_page(tmp_path: Path) -> None:
    document = pymupdf.open(lossless_pdf(tmp_path / "scan.pdf", pages.scan()))
    document.update_stream(document[0].get_images()[0][0], b"no pixels at all", compress=False)
    document.save(tmp_path / "damaged.pdf")
    with open_source(tmp_path / "damaged.pdf") as source, pytest.raises(errors.PageUnreadableError):
        read_page(source, 1, make_engine("tesserocr"), ReadOptions())


def test_an_image_whose_pixels_are_damaged_is_a_page_unreadable(tmp_path: Path) -> None:
    path = saved(tmp_path / "fax.tif", pages.scan(mode="1"), compression="tiff_lzw")
    content = bytearray(path.read_bytes())
    content[8:4_000] = bytes(3_992)
    path.write_bytes(content)
    with open_source(path) as source, pytest.raises(errors.PageUnreadableError):
        source.page(1).draw()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_every_orientation_of_a_camera_is_undone(tmp_path: Path, suffix: str, orientation: int) -> None:
    # A mark in the top left corner of the picture as it should be seen.
    shown = Image.new("L", (300, 400), 255)
    shown.paste(0, (0, 0, 100, 100))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)
    stored = shown if undo is None else shown.transpose(Image.Transpose(undo))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / f"photo{suffix}", stored, exif=exif)
    with open_source(path) as source:
        drawing = source.page(1).draw().image.convert("L")
    assert drawing.height > drawing.width
    corner = drawing.getpixel((drawing.width // 6, drawing.height // 8))
    assert isinstance(corner, int)
    assert corner < 60


@pytest.mark.parametrize("mode", ["LA", "La", "PA", "RGBA", "RGBa"])
def test_transparent_parts_are_paper(mode: str) -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 20, 40))
    steps = {"La": ("LA", "La")}.get(mode, (mode,))
    for step in steps:
        clear = clear.convert(step)
    plain = flattened(clear)
    assert plain.convert("L").getpixel((30, 20)) == 255
    assert plain.convert("L").getpixel((10, 20)) == 0


@pytest.mark.parametrize("mode", ["LA", "PA", "RGBA", "RGBa"])
def test_a_channel_of_transparency_that_lets_nothing_through_changes_no_pixel(mode: str) -> None:
    page = pages.scan(lines=pages.LINES[:1]).crop((150, 150, 400, 250))
    plain = flattened(page.convert("RGBA").convert(mode))
    assert plain.mode == "RGB"
    assert plain.convert("L").tobytes() == page.tobytes()


def test_warnings_about_what_was_read_before_are_not_held_against_a_page(tmp_path: Path) -> None:
    with open_source(lossless_pdf(tmp_path / "back.pdf", pages.blank())) as source:
        page = source.page(1)
        for _ in range(3):
            pymupdf.mupdf.fz_warn("the same again")
        assert not page.draw().damaged
