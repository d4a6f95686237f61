"""Turns a page into the bitmap that an office scanner or a fax machine makes of it."""

from __future__ import annotations

import random
from io import BytesIO
from typing import Any, Final

import pymupdf
from PIL import Image, ImageChops, ImageFilter

from local.samples.sheets import Look

_PAPER: Final = 248
_TURNED: Final = 90
_FAX_SKEW: Final = 1.8
"""Degrees by which the sheet lay crooked in the fax machine."""

_FAX_THRESHOLD: Final = 150
_SPECKS_PER_MEGAPIXEL: Final = 60
_DPI: Final = {Look.TYPED: 300, Look.TABLE: 200, Look.FAX: 204, Look.SIDEWAYS: 250, Look.BLANK: 150}
"""Resolutions as found in practice; 204 is that of ITU-T T.4 for the width of a fax (196 for its height)."""

_FAX_HEIGHT_DPI: Final = 196


def scan(page: Any, look: Look, seed: int) -> bytes:
    """The picture of a page as an encoded image: JPEG, or a bilevel PNG for a fax.

    Args:
        page: of PyMuPDF.
        look: how the page lay in the scanner.
        seed: the same seed gives the same specks.
    """
    source = random.Random(seed)  # noqa: S311 - specks on paper, no secrets
    picture = _photographed(page, _DPI[look], source)
    match look:
        case Look.FAX:
            return _encoded(_faxed(picture, source), "PNG")
        case Look.SIDEWAYS:
            return _encoded(picture.rotate(_TURNED, expand=True), "JPEG")
        case _:
            return _encoded(picture, "JPEG")


def _photographed(page: Any, dpi: int, source: random.Random) -> Image.Image:
    """Grey, a little soft, with the grain of paper and sensor."""
    pixmap = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
    sharp = Image.frombytes("L", (pixmap.width, pixmap.height), pixmap.samples)
    soft = sharp.filter(ImageFilter.GaussianBlur(dpi / 400)).point(lambda level: level * _PAPER // 255)
    grain = Image.frombytes("L", soft.size, source.randbytes(soft.width * soft.height))
    return ImageChops.subtract(soft, grain.point(lambda level: level // 16))


def _faxed(picture: Image.Image, source: random.Random) -> Image.Image:
    """Crooked, with specks, black and white only, in the uneven resolution of a fax."""
    crooked = picture.rotate(_FAX_SKEW, Image.Resampling.BICUBIC, fillcolor=_PAPER)
    for _ in range(_SPECKS_PER_MEGAPIXEL * picture.width * picture.height // 1_000_000):
        x, y = source.randrange(picture.width - 2), source.randrange(picture.height - 2)
        crooked.paste(0, (x, y, x + source.randint(1, 2), y + source.randint(1, 2)))
    height = picture.height * _FAX_HEIGHT_DPI // _DPI[Look.FAX]
    return crooked.resize((picture.width, height)).point(lambda level: 255 if level > _FAX_THRESHOLD else 0, "1")


def _encoded(picture: Image.Image, image_format: str) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, image_format, **({"quality": 80} if image_format == "JPEG" else {"optimize": True}))
    return buffer.getvalue()
