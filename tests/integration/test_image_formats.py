"""Every image format that is taken, as cameras, scanners and fax machines write it: read upright, in its true tones."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageStat

from docpipe.domain.formats import FileFormat
from docpipe.page_source import Drawing
from docpipe.ports import ReadOptions
from docpipe.reading import inspect, make_engine, open_source, read_page
from tests.support import pages

pillow_heif.register_heif_opener()

Save = Callable[[Path, Image.Image], None]


def saving(kind: str, mode: str = "L", **options: Any) -> Save:
    def save(path: Path, page: Image.Image) -> None:
        image = pages.bilevel(page) if mode == "1" else page.convert(mode)
        image.save(path, kind, **options)

    return save


def sixteen_bits(path: Path, page: Image.Image) -> None:
    # The darkest tone is no black and the lightest no white, as scanners calibrate it.
    page.convert("I").point(lambda level: level * 250 + 1_000).convert("I;16").save(path, "PNG")


def sixteen_bit_tiff(path: Path, page: Image.Image) -> None:
    page.convert("I").point(lambda level: level * 257).convert("I;16").save(path, "TIFF", compression="tiff_lzw")


def inverted_cmyk(path: Path, page: Image.Image) -> None:
    """As Adobe writes it: ink amounts inverted, with a marker that says so."""
    page.convert("CMYK").save(path, "JPEG", quality=90)
    assert b"Adobe" in path.read_bytes()[:2_000]


def interlaced(path: Path, page: Image.Image) -> None:
    """An Adam7 PNG, which Pillow reads and does not write: seven passes, each a smaller image."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = bytearray()
    for left, top, across, down in passes:
        for y in range(top, page.height, down):
            rows += b"\0" + bytes(page.tobytes()[y * page.width + left : (y + 1) * page.width : across])
    write_png(path, page.size, bytes(rows))


def write_png(path: Path, size: tuple[int, int], rows: bytes) -> None:
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 1)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 1)), chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def animated(kind: str) -> Save:
    def save(path: Path, page: Image.Image) -> None:
        other = Image.new("RGB", page.size, "black")
        page.convert("RGB").save(path, kind, save_all=True, append_images=[other, other], duration=100)

    return save


def transparent(path: Path, page: Image.Image) -> None:
    """Black print on nothing at all."""
    ink = Image.new("RGBA", page.size, (0, 0, 0, 0))
    ink.putalpha(ImageChops.invert(page))
    ink.save(path, "PNG")


def transparent_palette(path: Path, page: Image.Image) -> None:
    colours = page.convert("RGB").quantize(16)
    lightest = max(range(16), key=lambda index: sum(colours.getpalette()[3 * index : 3 * index + 3]))  # type: ignore[index]
    colours.save(path, "PNG", transparency=lightest)


def big_endian(path: Path, page: Image.Image) -> None:
    """The plainest TIFF there is, most significant byte first, in strips of 16 rows."""
    rows = 16
    strips = [page.tobytes()[y * page.width : (y + rows) * page.width] for y in range(0, page.height, rows)]
    count = len(strips)
    table = 8 + 2 + 12 * 9 + 4
    data = table + 8 * count
    offsets = [data + sum(map(len, strips[:index])) for index in range(count)]
    entries = [
        (256, 4, 1, page.width),
        (257, 4, 1, page.height),
        (258, 3, 1, 8 << 16),
        (259, 3, 1, 1 << 16),
        (262, 3, 1, 1 << 16),
        (273, 4, count, table),
        (277, 3, 1, 1 << 16),
        (278, 4, 1, rows),
        (279, 4, count, table + 4 * count),
    ]
    head = b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", len(entries))
    body = b"".join(struct.pack(">HHII", *entry) for entry in entries) + bytes(4)
    arrays = struct.pack(f">{count}I", *offsets) + struct.pack(f">{count}I", *map(len, strips))
    path.write_bytes(head + body + arrays + b"".join(strips))


def tiled(path: Path, page: Image.Image) -> None:
    """A TIFF in tiles of 256 × 256, as document management systems write it."""
    side = 256
    across, down = -(-page.width // side), -(-page.height // side)
    tiles = [
        page.crop((x * side, y * side, (x + 1) * side, (y + 1) * side)).tobytes()
        for y in range(down)
        for x in range(across)
    ]
    count = len(tiles)
    table = 8 + 2 + 12 * 9 + 4
    data = table + 8 * count
    entries = [
        (256, 4, 1, page.width),
        (257, 4, 1, page.height),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (322, 4, 1, side),
        (323, 4, 1, side),
        (324, 4, count, table),
        (325, 4, count, table + 4 * count),
    ]
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries))
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    arrays = struct.pack(f"<{count}I", *(data + side * side * index for index in range(count)))
    path.write_bytes(head + body + arrays + struct.pack(f"<{count}I", *[side * side] * count) + b"".join(tiles))


WAYS: dict[str, tuple[FileFormat, Save]] = {
    "jpeg grey": (FileFormat.JPEG, saving("JPEG", quality=90)),
    "jpeg progressive": (FileFormat.JPEG, saving("JPEG", "RGB", quality=90, progressive=True)),
    "jpeg cmyk": (FileFormat.JPEG, inverted_cmyk),
    "png grey": (FileFormat.PNG, saving("PNG")),
    "png 1 bit": (FileFormat.PNG, saving("PNG", "1")),
    "png 16 bits": (FileFormat.PNG, sixteen_bits),
    "png palette": (FileFormat.PNG, saving("PNG", "P")),
    "png interlaced": (FileFormat.PNG, interlaced),
    "png transparent": (FileFormat.PNG, transparent),
    "png transparent palette": (FileFormat.PNG, transparent_palette),
    "tiff raw": (FileFormat.TIFF, saving("TIFF")),
    "tiff G3": (FileFormat.TIFF, saving("TIFF", "1", compression="group3")),
    "tiff G4": (FileFormat.TIFF, saving("TIFF", "1", compression="group4")),
    "tiff lzw": (FileFormat.TIFF, saving("TIFF", "RGB", compression="tiff_lzw")),
    "tiff deflate": (FileFormat.TIFF, saving("TIFF", compression="tiff_adobe_deflate")),
    "tiff packbits": (FileFormat.TIFF, saving("TIFF", "1", compression="packbits")),
    "tiff jpeg": (FileFormat.TIFF, saving("TIFF", "RGB", compression="jpeg")),
    "tiff cmyk": (FileFormat.TIFF, saving("TIFF", "CMYK", compression="tiff_lzw")),
    "tiff 16 bits": (FileFormat.TIFF, sixteen_bit_tiff),
    "tiff big-endian strips": (FileFormat.TIFF, big_endian),
    "tiff tiled": (FileFormat.TIFF, tiled),
    "heic": (FileFormat.HEIC, saving("HEIF", "RGB", quality=85)),
    "avif": (FileFormat.AVIF, saving("AVIF", "RGB", quality=85)),
    "webp": (FileFormat.WEBP, saving("WEBP", "RGB", quality=90)),
    "webp lossless alpha": (FileFormat.WEBP, saving("WEBP", "RGBA", lossless=True)),
    "webp animated": (FileFormat.WEBP, animated("WEBP")),
    "bmp": (FileFormat.BMP, saving("BMP")),
    "bmp 1 bit": (FileFormat.BMP, saving("BMP", "1")),
    "gif": (FileFormat.GIF, saving("GIF", "P")),
    "gif animated": (FileFormat.GIF, animated("GIF")),
    "jpeg 2000": (FileFormat.JPEG_2000, saving("JPEG2000", quality_mode="dB", quality_layers=[45])),
    "jpeg 2000 colour": (FileFormat.JPEG_2000, saving("JPEG2000", "RGB")),
}


def drawn(path: Path, number: int = 1) -> Drawing:
    with open_source(path) as source:
        return source.page(number).draw()


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(ImageStat.Stat(ImageChops.difference(one.convert("L"), other.convert("L"))).mean[0])


@pytest.mark.parametrize("way", WAYS)
def test_a_page_comes_out_in_its_true_tones(tmp_path: Path, way: str) -> None:
    file_format, save = WAYS[way]
    page = pages.scan(noise=False)
    path = tmp_path / "scan"
    save(path, page)
    facts = inspect(path)
    assert (facts.file_format, facts.page_count) == (file_format, 1)
    drawing = drawn(path)
    assert drawing.image.mode in ("L", "RGB")
    # Paper is 245 there and white or 250 here; reversed, cut off or shifted tones would be far away.
    assert difference(drawing.image.resize(page.size), page) < 14
    low, high = drawing.image.convert("L").getextrema()
    assert low < 80 < 200 < high  # type: ignore[operator]


@pytest.mark.parametrize("across", [204, 200])
@pytest.mark.parametrize("down", [98, 196, 391])
def test_a_fax_is_drawn_with_square_pixels(tmp_path: Path, across: int, down: int) -> None:
    page = pages.scan(dpi=200, noise=False)
    squeezed = page.resize((round(8.5 * across), 11 * down))
    path = tmp_path / "fax.tif"
    pages.bilevel(squeezed).save(path, compression="group3", dpi=(across, down))
    with open_source(path) as source:
        shown = source.page(1)
        assert [shown.width, shown.height] == pytest.approx([612, 792], rel=0.01)
        drawing = shown.draw()
    assert drawing.image.height / drawing.image.width == pytest.approx(11 / 8.5, rel=0.01)
    reading = read_page_of(path)
    assert pages.found(reading.text) > 0.8


def read_page_of(path: Path, number: int = 1) -> Any:
    with open_source(path) as source:
        return read_page(source, number, make_engine("tesserocr"), ReadOptions())


def test_pages_of_one_tiff_differ_in_everything(tmp_path: Path) -> None:
    frames: list[tuple[Image.Image, dict[str, Any]]] = [
        (pages.scan(dpi=300, mode="1"), {"compression": "group4", "dpi": (300, 300)}),
        (pages.scan(dpi=150, mode="RGB"), {"compression": "jpeg", "dpi": (150, 150)}),
        (pages.scan(dpi=200).resize((1734, 1078)), {"compression": "tiff_lzw", "dpi": (204, 98)}),
        (pages.scan(dpi=200).convert("CMYK"), {"compression": "packbits", "dpi": (200, 200)}),
    ]
    path = tmp_path / "mixed.tif"
    join_tiffs(path, frames)
    assert inspect(path).page_count == 4
    with open_source(path) as source:
        # Backwards too: frames are found one from the other.
        for number in (4, 1, 3, 2):
            page = source.page(number)
            assert [page.width, page.height] == pytest.approx([612, 792], rel=0.01)
            assert page.draw().image.convert("L").getextrema()[1] > 200  # type: ignore[operator]


def join_tiffs(path: Path, frames: list[tuple[Image.Image, dict[str, Any]]]) -> None:
    from PIL import TiffImagePlugin

    with TiffImagePlugin.AppendingTiffWriter(str(path), new=True) as writer:
        for image, options in frames:
            file = BytesIO()
            image.save(file, "TIFF", **options)
            writer.write(file.getvalue())
            writer.newFrame()


@pytest.mark.parametrize("orientation", pages.TURNS)
def test_a_photo_is_turned_as_its_camera_says_and_its_words_are_read(tmp_path: Path, orientation: int) -> None:
    path = pages.photo(tmp_path / "photo.jpg", pages.scan(mode="RGB"), orientation, dpi=200)
    reading = read_page_of(path)
    assert reading.rotation == 0
    assert (round(reading.width), round(reading.height)) == (612, 792)
    assert pages.found(reading.text) > 0.95


def test_a_phones_heic_is_turned_once(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "photo.heic"
    pages.scan(mode="RGB").transpose(Image.Transpose.ROTATE_90).save(path, "HEIF", quality=90, exif=exif.tobytes())
    assert pages.found(read_page_of(path).text) > 0.95
