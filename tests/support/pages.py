"""Pages as scanners, cameras and word processors make them, with known text."""

from __future__ import annotations

import random
from pathlib import Path

import pymupdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

LINES = (
    "Northfield Clinic for Internal Medicine",
    "The patient was seen on the third of March for a routine visit.",
    "Blood pressure and pulse were within the expected range.",
    "The medication remains unchanged until the next appointment.",
    "Please return in six weeks for a new set of laboratory values.",
    "A copy of this letter goes to the referring physician.",
)
TEXT = " ".join(LINES)


def scan(*, dpi: int = 200, lines: tuple[str, ...] = LINES, noise: bool = True, mode: str = "L") -> Image.Image:
    """A letter as a scanner gives it: grey paper, slightly soft print."""
    page = Image.new("L", (round(8.5 * dpi), 11 * dpi), 245)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=dpi / 6)
    for number, line in enumerate(lines):
        draw.text((dpi, dpi + number * dpi * 0.35), line, fill=25, font=font)
    page = page.filter(ImageFilter.GaussianBlur(0.5))
    if noise:
        page = _speckled(page)
    return bilevel(page) if mode == "1" else page.convert(mode)


def bilevel(page: Image.Image) -> Image.Image:
    """Black and white, as a fax machine decides it: by a threshold, not by dithering."""
    return page.point(lambda level: 255 if level > 140 else 0, "1")


def _speckled(page: Image.Image) -> Image.Image:
    source = random.Random(7)
    pixels = page.load()
    assert pixels is not None
    for _ in range(page.width * page.height // 2_000):
        pixels[source.randrange(page.width), source.randrange(page.height)] = source.randrange(150, 256)
    return page


def blank(*, dpi: int = 200) -> Image.Image:
    """The back of a sheet: paper, and specks of dust."""
    return _speckled(Image.new("L", (round(8.5 * dpi), 11 * dpi), 240))


TURNS: dict[int, tuple[Image.Transpose, ...]] = {
    1: (),
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}
"""What a camera does to the picture that it marks with each EXIF orientation."""


def photo(path: Path, upright: Image.Image, orientation: int, *, dpi: int) -> Path:
    """A JPEG as a camera saves it that was held so."""
    for turn in TURNS[orientation]:
        upright = upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright.save(path, "JPEG", quality=90, exif=exif, dpi=(dpi, dpi))
    return path


def scanned_pdf(path: Path, *images: Image.Image, dpi: int = 200) -> Path:
    """A PDF whose pages are these images, as a scanner writes it."""
    rgb = [image.convert("L") for image in images]
    rgb[0].save(path, "PDF", save_all=True, append_images=rgb[1:], resolution=dpi)
    return path


def born_digital_pdf(path: Path, *, pages: int = 1, lines: tuple[str, ...] = LINES, rotate: int = 0) -> Path:
    """A PDF as a word processor writes it."""
    document = pymupdf.open()
    for _ in range(pages):
        page = document.new_page()
        for number, line in enumerate(lines):
            page.insert_text((72, 72 + number * 24), line, fontsize=11)
        page.set_rotation(rotate)
    document.save(path)
    return path


def found(text: str, *, of: str = TEXT) -> float:
    """Share of the words of ``of`` that are in ``text``, 0-1."""
    words = of.split()
    seen = set(text.split())
    return sum(word in seen for word in words) / len(words)
