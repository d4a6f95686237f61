"""The images of an image file as they can stand in a PDF without being encoded anew, so that nothing is lost or swells.

A JPEG is embedded as it is. Black and white pages are written as CCITT Group 4 (ITU-T T.6), in which they come out of
fax machines and scanners: without loss, and many times smaller than as a JPEG. The rows of a PNG are kept when they
are smaller than the page image. Everything else has a page image that is as good.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image, TiffImagePlugin, UnidentifiedImageError

from docpipe.domain.formats import FileFormat

_LARGEST_FILE: Final = 50_000_000
"""Bytes: read at once. A larger JPEG or PNG is shown by its page image."""

_LARGEST_FRAME: Final = 150_000_000
"""Pixels: decoded at once, a byte each. A1 at 600 dpi has 139 million."""

_LARGEST_COLOURED: Final = 36_000_000
"""Pixels: decoded at once, seven bytes each. A2 at 300 dpi has 35 million."""

_ORIENTATIONS: Final = {
    1: (0, False),
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (270, True),
    6: (90, False),
    7: (90, True),
    8: (270, False),
}
"""EXIF's orientation (JEITA CP-3451, 4.6.4): clockwise degrees, after the image was mirrored left to right or not."""

_COLOUR_SPACES: Final = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}

_FAULTS: Final = (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError, OverflowError)
"""What Pillow raises for damaged files."""


@dataclass(frozen=True, slots=True)
class Original:
    """An image for a page.

    Attributes:
        stream: its bytes.
        entries: of its dictionary in the PDF, by their names.
        mirrored: whether left and right have to be swapped for it to be seen as meant.
        turn: clockwise degrees by which it has to be turned then.
    """

    stream: bytes
    entries: dict[str, str]
    mirrored: bool
    turn: int


class OriginalImages:
    """An image file, opened to take its images over."""

    def __init__(self, path: Path, file_format: FileFormat | None) -> None:
        self._path = path
        self._format = file_format
        self._image: Image.Image | None = None

    def of_page(self, number: int, *, smaller_than: int) -> Original | None:
        """The image of a page, counted from 1, or None where its page image has to do.

        Args:
            smaller_than: bytes of the page image.
        """
        if self._format not in (FileFormat.JPEG, FileFormat.PNG, FileFormat.TIFF, FileFormat.BMP, FileFormat.GIF):
            return None
        try:
            frame = self._frame(number)
            if frame.mode == "1" and frame.width * frame.height <= _LARGEST_FRAME:
                return _group4(frame)
            if self._path.stat().st_size > _LARGEST_FILE:
                return None
            if self._format is FileFormat.JPEG:
                return _jpeg(frame, self._path)
            if self._format is FileFormat.PNG and self._path.stat().st_size < smaller_than:
                found = _png(frame, self._path.read_bytes()) or _flattened(frame)
                return found if found is not None and len(found.stream) < smaller_than else None
        except (UnidentifiedImageError, *_FAULTS):
            pass
        return None

    def _frame(self, number: int) -> Image.Image:
        if self._image is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # No other plugin is let near the file.
                self._image = Image.open(self._path, formats=["JPEG", "PNG", "TIFF", "BMP", "GIF"])
        if self._format is FileFormat.TIFF:
            self._image.seek(number - 1)
        return self._image

    def close(self) -> None:
        """Let the file go."""
        if self._image is not None:
            self._image.close()


def _original(image: Image.Image, stream: bytes, entries: dict[str, str]) -> Original:
    turn, mirrored = _ORIENTATIONS.get(int(image.getexif().get(ExifTags.Base.Orientation, 1)), (0, False))
    size = {"Width": str(image.width), "Height": str(image.height)}
    return Original(stream, {"Type": "/XObject", "Subtype": "/Image", **size, **entries}, mirrored, turn)


def _jpeg(image: Image.Image, path: Path) -> Original | None:
    space = _COLOUR_SPACES.get(image.mode)
    if image.format != "JPEG" or space is None:
        return None
    entries = {"ColorSpace": space, "BitsPerComponent": "8", "Filter": "/DCTDecode"}
    return _original(image, path.read_bytes(), entries)


def _flattened(image: Image.Image) -> Original | None:
    """A PNG in one pass, on white where it is transparent."""
    # Sixteen bits would be cut off, not scaled.
    if image.mode not in ("LA", "RGBA", "PA", "P", "L", "RGB") or image.width * image.height > _LARGEST_COLOURED:
        return None
    colours = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(colours, mask=colours.getchannel("A"))
    file = BytesIO()
    paper.save(file, "PNG")
    return _png(image, file.getvalue())


def _png(image: Image.Image, png: bytes) -> Original | None:
    """The compressed rows of a PNG, which are what a PDF calls Flate with PNG predictors (ISO 32000-1, 7.4.4.4)."""
    chunks = list(_chunks(png))
    header = next(body for kind, body in chunks if kind == b"IHDR")
    depth, colour_type, _, _, interlaced = header[8:13]
    space = _png_colour_space(colour_type, next((body for kind, body in chunks if kind == b"PLTE"), b""))
    if space is None or depth > 8 or interlaced or any(kind == b"tRNS" for kind, _ in chunks):
        return None
    colours = 3 if space == "/DeviceRGB" else 1
    rows = f"/Colors {colours}/BitsPerComponent {depth}/Columns {image.width}"
    entries = {
        "ColorSpace": space,
        "BitsPerComponent": str(depth),
        "Filter": "/FlateDecode",
        "DecodeParms": f"<</Predictor 15{rows}>>",
    }
    return _original(image, b"".join(body for kind, body in chunks if kind == b"IDAT"), entries)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each part of a PNG (ISO/IEC 15948, 5.3)."""
    place = 8
    while place + 8 <= len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += length + 12


def _png_colour_space(colour_type: int, palette: bytes) -> str | None:
    match colour_type:
        case 0:
            return "/DeviceGray"
        case 2:
            return "/DeviceRGB"
        case 3 if len(palette) >= 3:
            return f"[/Indexed/DeviceRGB {len(palette) // 3 - 1}<{palette.hex()}>]"
        case _:
            return None


def _group4(image: Image.Image) -> Original | None:
    if "transparency" in image.info:
        return None
    file = BytesIO()
    # One strip, so that its bytes are the whole image.
    image.copy().save(
        file, "TIFF", compression="group4", tiffinfo={TiffImagePlugin.ROWSPERSTRIP: image.height}, exif=Image.Exif()
    )
    written = Image.open(file)
    tags = written.tag_v2  # type: ignore[attr-defined]
    (start,), (length,) = tags[TiffImagePlugin.STRIPOFFSETS], tags[TiffImagePlugin.STRIPBYTECOUNTS]
    # Where this tag is 0, white is 0 (TIFF 6.0): what T.6 itself takes for granted, and a PDF as well.
    white_is_zero = tags[TiffImagePlugin.PHOTOMETRIC_INTERPRETATION] == 0
    entries = {
        "ColorSpace": "/DeviceGray",
        "BitsPerComponent": "1",
        "Decode": "[0 1]" if white_is_zero else "[1 0]",
        "Filter": "/CCITTFaxDecode",
        "DecodeParms": f"<</K -1/Columns {image.width}/Rows {image.height}>>",
    }
    return _original(image, file.getvalue()[start : start + length], entries)
