"""The largest pages that are read, in a real page worker: within the memory that one may have, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from docpipe.domain.errors import DecompressionBombError
from docpipe.domain.page import PageReading, PageSource
from docpipe.ports import ReadOptions
from docpipe.workers import PageWorkers
from tests.support.page_readers import Start, workers_now

MOST_MB = 700
LINE = "The patient was seen on the third of March."
A3_AT_600_DPI = (7_016, 9_921)
HUGE = (35_000, 35_000)


def sheet(size: tuple[int, int], mode: str, *, height: int) -> Image.Image:
    """A white sheet with a line of print of so many pixels."""
    image = Image.new(mode, size, "white" if mode == "RGB" else 1)
    font = ImageFont.load_default(size=height)
    ImageDraw.Draw(image).text((height, height), LINE, fill=0, font=font)
    return image


def real(start_workers: Start) -> PageWorkers:
    return start_workers(engine="tesserocr", memory_mb=1_769, module="docpipe.reading")


def read_watched(workers: PageWorkers, path: Path) -> tuple[PageReading, float]:
    """The reading of the only page, and the most memory, MB, that its worker ever held."""
    workers.inspect(path)
    (reading,) = workers.read(path, [1], ReadOptions(), may_start=lambda page: True, on_tick=lambda: None)
    (worker,) = workers_now()
    status = Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return reading, int(peak) / 1_024


@pytest.mark.parametrize("name", ["photo.jpg", "scan.pdf"])
def test_a_colour_scan_of_a3_at_600_dpi_is_read_within_the_memory(
    start_workers: Start, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    page = sheet(A3_AT_600_DPI, "RGB", height=200)
    page.save(path, **({"dpi": (600, 600)} if name.endswith("jpg") else {"resolution": 600}))
    reading, peak_mb = read_watched(real(start_workers), path)
    assert (reading.source, reading.text) == (PageSource.OCR, LINE)
    assert (reading.width, reading.height) == pytest.approx((842, 1_191), abs=1)
    assert peak_mb < MOST_MB


def test_a_pdf_page_of_35_000_pixels_a_side_is_read_within_the_memory(start_workers: Start, tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    sheet(HUGE, "1", height=900).save(path, resolution=300)
    reading, peak_mb = read_watched(real(start_workers), path)
    assert (reading.source, reading.text) == (PageSource.OCR, LINE)
    assert peak_mb < MOST_MB


def test_an_image_file_of_35_000_pixels_a_side_is_refused(start_workers: Start, tmp_path: Path) -> None:
    path = tmp_path / "huge.tif"
    sheet(HUGE, "1", height=900).save(path, compression="group4", dpi=(300, 300))
    with pytest.raises(DecompressionBombError):
        real(start_workers).inspect(path)
