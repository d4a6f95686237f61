"""The sample documents are what the demo and the tests take them for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest

from local.samples import PASSWORD, SHEETS, Samples, make_samples
from local.samples.sheets import Look

_DIGITAL = [sheet.look for sheet in SHEETS].index(Look.DIGITAL)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return make_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture
def scan(samples: Samples) -> Iterator[pymupdf.Document]:
    with pymupdf.open(samples.scan) as document:
        yield document


def test_the_scan_has_one_page_for_each_sheet(scan: pymupdf.Document) -> None:
    assert scan.page_count == len(SHEETS)


def test_scanned_pages_are_pictures_that_fill_the_page_and_hold_no_text(scan: pymupdf.Document) -> None:
    for number, page in enumerate(scan):
        if number != _DIGITAL:
            assert page.get_text() == ""
            (image,) = page.get_image_info()
            assert pymupdf.Rect(image["bbox"]) == page.rect


def test_the_born_digital_page_holds_its_text_and_no_picture(scan: pymupdf.Document) -> None:
    page = scan[_DIGITAL]
    assert page.get_text().split() == SHEETS[_DIGITAL].words
    assert page.get_images() == []


def test_the_fax_is_black_and_white_in_the_uneven_resolution_of_a_fax(scan: pymupdf.Document) -> None:
    page = scan[[sheet.look for sheet in SHEETS].index(Look.FAX)]
    (image,) = page.get_image_info()
    assert image["bpc"] == 1
    assert image["width"] / page.rect.width * 72 == pytest.approx(204, abs=1)
    assert image["height"] / page.rect.height * 72 == pytest.approx(196, abs=1)


def test_the_same_sheets_give_the_same_scan(samples: Samples, tmp_path: Path) -> None:
    assert make_samples(tmp_path).scan.read_bytes() == samples.scan.read_bytes()


def test_the_damaged_file_announces_a_pdf_and_cannot_be_opened(samples: Samples) -> None:
    assert samples.damaged.read_bytes().startswith(b"%PDF-")
    with pytest.raises(RuntimeError), pymupdf.open(samples.damaged) as document:
        document.load_page(0)


def test_the_protected_file_opens_with_its_password_only(samples: Samples) -> None:
    with pymupdf.open(samples.protected) as document:
        assert document.needs_pass
        assert document.authenticate(PASSWORD)
        assert document.page_count == len(SHEETS)
