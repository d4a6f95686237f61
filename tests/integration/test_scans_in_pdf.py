"""Scans that show a part of themselves, or have pixels that are not square: cheap to draw, and right."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pymupdf
import pytest
from PIL import Image, ImageChops, ImageStat

from docpipe.pdf.drawing import render
from docpipe.reading import open_source
from tests.support import pages

DPI = 200


def scan_beyond_its_page(path: Path, scan: Image.Image, *, rotate: int = 0, palette: bool = False) -> Path:
    """A PDF whose page shows all of a scan but 20 points at the left, 10 at the top and 5 at the other edges."""
    size = (scan.width * 72 / DPI, scan.height * 72 / DPI)
    file = BytesIO()
    # Pillow keeps a palette in a PDF, PyMuPDF does not.
    (scan.quantize(16) if palette else scan).save(file, "PDF", resolution=DPI)
    with pymupdf.open("pdf", file.getvalue()) as document:
        page = document[0]
        page.set_cropbox(pymupdf.Rect(20, 10, size[0] - 5, size[1] - 5))
        page.set_rotation(rotate)
        document.save(path)
    return path


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference in brightness, levels, of images that may differ by a pixel in size."""
    size = (min(one.width, other.width), min(one.height, other.height))
    assert max(abs(one.width - other.width), abs(one.height - other.height)) <= 1
    cut = [image.convert("L").crop((0, 0, *size)) for image in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(*cut)).mean[0])


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_of_a_scan_beyond_its_page_the_pixels_that_show_are_taken(tmp_path: Path, mode: str, rotate: int) -> None:
    scan = pages.scan(dpi=DPI).convert(mode)
    path = scan_beyond_its_page(tmp_path / "scan.pdf", scan, rotate=rotate)
    with open_source(path) as source, pymupdf.open(path) as document:
        drawing = source.page(1).draw()
        rendered = render(document[0], DPI, gray=False).image
    assert drawing.image.mode == mode
    assert drawing.dpi == pytest.approx(DPI, abs=1)
    assert difference(drawing.image, rendered) < 3
    # Half a page further off is another place: the comparison can fail.
    assert difference(ImageChops.offset(drawing.image, 20, 20), rendered) > 3


def test_a_scan_that_leaves_a_part_of_its_page_free_is_rendered_with_it(tmp_path: Path) -> None:
    scan = pages.scan(dpi=DPI)
    file = BytesIO()
    scan.save(file, "PNG")
    with pymupdf.open() as document:
        page = document.new_page(width=612, height=792)
        page.insert_image(pymupdf.Rect(-10, -10, 560, 728), stream=file.getvalue(), keep_proportion=False)
        document.save(tmp_path / "scan.pdf")
    with open_source(tmp_path / "scan.pdf") as source:
        drawing = source.page(1).draw()
    assert drawing.image.width / drawing.dpi == pytest.approx(8.5, abs=0.01)
    assert drawing.image.mode == "L"


@pytest.mark.parametrize("palette", [False, True])
def test_a_page_is_drawn_without_colours_only_where_it_has_none(tmp_path: Path, *, palette: bool) -> None:
    fax = Image.new("RGB" if palette else "L", (1_734, 1_122), "white")
    fax.paste("red" if palette else 0, (200, 200, 800, 400))
    file = BytesIO()
    # Standard fax: 204 dots an inch across, 98 down.
    (fax.quantize(16) if palette else fax).save(file, "PDF", resolution=204)
    with pymupdf.open("pdf", file.getvalue()) as document:
        name = document[0].get_images()[0][7]
        document[0].set_mediabox(pymupdf.Rect(0, 0, 612, 824))
        document.update_stream(document[0].get_contents()[0], f"612 0 0 824 0 0 cm /{name} Do".encode())
        document.save(tmp_path / "fax.pdf")
    with open_source(tmp_path / "fax.pdf") as source:
        image = source.page(1).draw().image
    assert image.mode == ("RGB" if palette else "L")
    inside = image.getpixel((image.width // 4, image.height // 4))
    assert inside == ((255, 0, 0) if palette else 0)
