"""Reading pages with real documents, MuPDF, Pillow and Tesseract."""

from __future__ import annotations

from cmath import rect
from io import BytesIO
from math import radians
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageOps

from docpipe.domain import errors
from docpipe.domain.formats import FileFormat
from docpipe.domain.page import PageReading, PageSource
from docpipe.domain.resolution import RECOGNITION_DPI
from docpipe.ports import Arrangement, FileFacts, OcrEngine, ReadOptions
from docpipe.reading import inspect, make_engine, open_source, read_page
from tests.support import pages
from tests.support.counting_engine import CountingEngine


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return make_engine("tesserocr")


def read(path: Path, engine: OcrEngine, number: int = 1, *, force_ocr: bool = False) -> PageReading:
    with open_source(path) as source:
        return read_page(source, number, engine, ReadOptions(force_ocr=force_ocr))


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def inside(reading: PageReading) -> bool:
    return all(
        0 <= word.x0 < word.x1 <= reading.width + 1 and 0 <= word.y0 < word.y1 <= reading.height + 1
        for word in reading.words
    )


def test_a_scanned_page_is_recognised_and_its_image_kept(tmp_path: Path, engine: OcrEngine) -> None:
    reading = read(pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan()), engine)
    assert (reading.source, reading.reason, reading.rotation) == (PageSource.OCR, "no text layer", 0)
    assert pages.found(reading.text) > 0.95
    assert (reading.width, reading.height) == pytest.approx((612, 792), abs=1)
    assert reading.words[0].x0 == pytest.approx(72, abs=3)
    assert inside(reading)
    image = Image.open(BytesIO(reading.image))
    assert image.format == "JPEG"
    assert image.width == pytest.approx(reading.width * reading.dpi / 72, abs=2)


def test_a_good_text_layer_is_taken_with_its_words(tmp_path: Path, engine: OcrEngine) -> None:
    reading = read(pages.born_digital_pdf(tmp_path / "born.pdf"), engine)
    assert (reading.source, reading.reason, reading.mean_confidence) == (
        PageSource.TEXT_LAYER,
        "text layer is good",
        100,
    )
    assert pages.found(reading.text) == 1
    assert reading.words[0].text == "Northfield"
    assert reading.words[0].x0 == pytest.approx(72, abs=1)
    assert inside(reading)


def test_recognition_can_be_asked_for(tmp_path: Path, engine: OcrEngine) -> None:
    reading = read(pages.born_digital_pdf(tmp_path / "born.pdf"), engine, force_ocr=True)
    assert (reading.source, reading.reason) == (PageSource.OCR, "recognition was asked for")
    assert pages.found(reading.text) > 0.95


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_boxes_of_a_turned_text_layer_are_those_of_the_page_as_shown(
    tmp_path: Path, engine: OcrEngine, rotate: int
) -> None:
    path = pages.born_digital_pdf(tmp_path / "born.pdf", rotate=rotate)
    reading = read(path, engine)
    assert (reading.width > reading.height) == (rotate != 180)
    document = pymupdf.open(path)
    page = document[0]
    shown = page.search_for("Northfield")[0] * page.rotation_matrix
    word = next(word for word in reading.words if word.text == "Northfield")
    assert (word.x0, word.x1) == pytest.approx((shown.x0, shown.x1), abs=2)
    assert inside(reading)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_turned_upright(tmp_path: Path, engine: OcrEngine, turn: int) -> None:
    lying = pages.scan(lines=pages.LINES * 3).rotate(turn, expand=True)
    reading = read(pages.scanned_pdf(tmp_path / "lying.pdf", lying), engine)
    assert reading.rotation == turn
    assert pages.found(reading.text) > 0.9
    assert (reading.width, reading.height) == pytest.approx((612, 792), abs=1)
    image = Image.open(BytesIO(reading.image))
    assert image.height > image.width
    assert inside(reading)


@pytest.mark.parametrize("tilt", [-7, 3, 12])
def test_a_crooked_page_is_read_and_its_boxes_lie_on_the_page_as_it_is(
    tmp_path: Path, engine: OcrEngine, tilt: int
) -> None:
    straight = pages.scan(lines=pages.LINES * 3)
    # Pillow turns counter-clockwise.
    crooked = straight.rotate(-tilt, Image.Resampling.BICUBIC, fillcolor=245)
    reading = read(pages.scanned_pdf(tmp_path / "crooked.pdf", crooked), engine)
    assert (reading.rotation, reading.source) == (0, PageSource.OCR)
    assert pages.found(reading.text) > 0.95
    assert (reading.width, reading.height) == pytest.approx((612, 792), abs=1)
    assert inside(reading)
    middle = middle_of_the_first_word(read(pages.scanned_pdf(tmp_path / "straight.pdf", straight), engine))
    expected = (middle - complex(306, 396)) * rect(1, radians(tilt)) + complex(306, 396)
    assert abs(middle_of_the_first_word(reading) - expected) < 4


def middle_of_the_first_word(reading: PageReading) -> complex:
    word = next(word for word in reading.words if word.text == "Northfield")
    return complex(word.x0 + word.x1, word.y0 + word.y1) / 2


def test_faint_print_in_a_shadow_is_read_on_even_paper(tmp_path: Path, engine: OcrEngine) -> None:
    reading = read(saved(tmp_path / "faint.png", in_a_shadow(faint(pages.scan(noise=False))), dpi=(200, 200)), engine)
    assert reading.reason == "image file"
    assert pages.found(reading.text) > 0.9


def faint(letter: Image.Image) -> Image.Image:
    return letter.point(lambda level: 215 if level < 128 else 255)


def in_a_shadow(letter: Image.Image) -> Image.Image:
    shadow = Image.linear_gradient("L").resize(letter.size).point(lambda level: 40 + level * 200 // 255)
    return ImageChops.multiply(letter, shadow)


def test_a_few_lines_on_noisy_paper_are_read_at_once(tmp_path: Path, engine: OcrEngine) -> None:
    # With its contrast raised, noise turns into specks, and recognition of thousands of them takes many times as long.
    few = pages.scan(lines=pages.LINES[:2], noise=False).point(lambda level: 60 + level * 170 // 255)
    noisy = ImageChops.add(few, Image.effect_noise(few.size, 8), offset=-128)
    counting = CountingEngine(engine)
    reading = read(saved(tmp_path / "noisy.png", noisy, dpi=(200, 200)), counting)
    assert pages.found(reading.text, of=" ".join(pages.LINES[:2])) > 0.8
    assert counting.asked == [Arrangement.PAGE]


def test_light_print_on_dark_ground_is_read(tmp_path: Path, engine: OcrEngine) -> None:
    negative = ImageOps.invert(pages.scan(lines=pages.LINES * 3))
    assert pages.found(read(saved(tmp_path / "negative.png", negative, dpi=(200, 200)), engine).text) > 0.9


def test_small_print_of_a_fine_scan_is_read(tmp_path: Path, engine: OcrEngine) -> None:
    with pymupdf.open() as document:
        page = document.new_page()
        for number, line in enumerate(pages.LINES * 4):
            page.insert_text((72, 72 + number * 8), line, fontsize=6, fontname="tiro")
        drawn = page.get_pixmap(dpi=300, colorspace=pymupdf.csGRAY)
    print_ = Image.frombytes("L", (drawn.width, drawn.height), drawn.samples).filter(ImageFilter.GaussianBlur(1.0))
    counting = CountingEngine(engine)
    reading = read(saved(tmp_path / "small.png", print_, dpi=(300, 300)), counting)
    assert counting.resolutions == [RECOGNITION_DPI]
    assert reading.dpi == pytest.approx(300, abs=0.01)
    assert pages.found(reading.text) > 0.9
    assert reading.words[0].x0 == pytest.approx(72, abs=2)
    assert inside(reading)


def test_a_blank_page_is_told_without_recognition(tmp_path: Path) -> None:
    class NoEngine:
        """Fails the test when it is asked anything."""

    path = pages.scanned_pdf(tmp_path / "blank.pdf", pages.blank())
    reading = read(path, NoEngine())  # type: ignore[arg-type]
    assert (reading.source, reading.text, reading.words, reading.mean_confidence) == (PageSource.BLANK, "", (), None)
    assert reading.image


def test_a_lone_page_number_is_not_blank(tmp_path: Path, engine: OcrEngine) -> None:
    reading = read(pages.scanned_pdf(tmp_path / "number.pdf", pages.scan(lines=("Page 12",))), engine)
    assert reading.text == "Page 12"


def test_a_stamp_over_a_scan_does_not_hide_the_scan(tmp_path: Path, engine: OcrEngine) -> None:
    document = pymupdf.open(pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan()))
    document[0].insert_text((300, 40), "RECEIVED 12 MAY  page 1 of 1", fontsize=12)
    document.save(tmp_path / "stamped.pdf")
    reading = read(tmp_path / "stamped.pdf", engine)
    assert (reading.source, reading.reason) == (PageSource.OCR, "little text over a scan")
    assert pages.found(reading.text) > 0.95
    assert "RECEIVED" in reading.text


def test_a_good_hidden_layer_is_taken_and_a_poor_one_is_not(tmp_path: Path, engine: OcrEngine) -> None:
    for name, line in (("good", pages.LINES[1]), ("poor", "T ex. jlq8 wRm #k~ vv nrtq ,.; kjhR4x zzzqqq")):
        document = pymupdf.open(pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan()))
        for row in range(6):
            document[0].insert_text((72, 72 + row * 25), line, fontsize=11, render_mode=3)
        document.save(tmp_path / f"{name}.pdf")
    assert read(tmp_path / "good.pdf", engine).reason == "hidden text layer is good"
    assert read(tmp_path / "poor.pdf", engine).source is PageSource.OCR


FORMATS: dict[FileFormat, tuple[str, str, dict[str, Any]]] = {
    FileFormat.JPEG: ("page.jpg", "L", {"dpi": (200, 200), "quality": 90}),
    FileFormat.PNG: ("page.png", "L", {"dpi": (200, 200)}),
    FileFormat.TIFF: ("page.tif", "1", {"dpi": (200, 200), "compression": "group4"}),
    FileFormat.WEBP: ("page.webp", "RGB", {}),
    FileFormat.BMP: ("page.bmp", "RGB", {"dpi": (200, 200)}),
    FileFormat.GIF: ("page.gif", "P", {}),
    FileFormat.HEIC: ("page.heic", "RGB", {"quality": 80}),
}


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_image_format_is_read(tmp_path: Path, engine: OcrEngine, file_format: FileFormat) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    name, mode, options = FORMATS[file_format]
    path = saved(tmp_path / name, pages.scan(mode=mode), **options)
    assert inspect(path) == FileFacts(file_format, 1)
    reading = read(path, engine)
    assert (reading.source, reading.reason) == (PageSource.OCR, "image file")
    assert pages.found(reading.text) > 0.9
    assert max(reading.width, reading.height) == pytest.approx(792, abs=2)


def test_a_photo_is_turned_as_its_exif_says(tmp_path: Path, engine: OcrEngine) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path / "photo.jpg", pages.scan().rotate(90, expand=True), exif=exif, quality=90)
    reading = read(path, engine)
    assert reading.rotation == 0
    assert pages.found(reading.text) > 0.95
    assert reading.height > reading.width


@pytest.mark.parametrize("mode", ["CMYK", "RGBA", "I;16", "LA"])
def test_unusual_pixels_are_made_plain(tmp_path: Path, engine: OcrEngine, mode: str) -> None:
    image = pages.scan()
    if mode == "CMYK":
        path = saved(tmp_path / "page.jpg", image.convert("CMYK"), quality=90)
    elif mode == "I;16":
        wide = Image.frombytes("I;16", image.size, b"".join(bytes((0, value)) for value in image.tobytes()))
        path = saved(tmp_path / "page.png", wide)
    else:
        # Transparent paper, opaque ink, as a signature tool exports it.
        ink = Image.new("RGBA", image.size, (0, 0, 0, 0))
        ink.putalpha(image.point(lambda value: 255 - value))
        path = saved(tmp_path / "page.png", ink.convert(mode))
    assert pages.found(read(path, engine).text) > 0.9


def test_a_fax_with_oblong_pixels_is_read_at_its_true_shape(tmp_path: Path, engine: OcrEngine) -> None:
    fax = pages.bilevel(pages.scan(dpi=204).resize((1_734, 1_078)))
    path = saved(tmp_path / "fax.tif", fax, compression="group4", dpi=(204, 98))
    reading = read(path, engine)
    assert (reading.width, reading.height) == pytest.approx((612, 792), abs=3)
    assert pages.found(reading.text) > 0.6


def test_frames_of_a_tiff_are_pages(tmp_path: Path, engine: OcrEngine) -> None:
    frames = [pages.scan(mode="1", lines=(line,)) for line in pages.LINES[1:4]]
    path = tmp_path / "fax.tif"
    frames[0].save(path, save_all=True, append_images=frames[1:], compression="group4", dpi=(200, 200))
    assert inspect(path).page_count == 3
    assert pages.found(read(path, engine, 3).text, of=pages.LINES[3]) > 0.8


def encrypted(path: Path, *, user: str) -> Path:
    document = pymupdf.open(pages.born_digital_pdf(path.with_suffix(".plain.pdf")))
    document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=user, owner_pw="owner")
    return path


def test_a_password_is_asked_for_and_an_empty_one_is_not(tmp_path: Path, engine: OcrEngine) -> None:
    with pytest.raises(errors.EncryptedFileError):
        inspect(encrypted(tmp_path / "locked.pdf", user="secret"))
    open_to_all = encrypted(tmp_path / "open.pdf", user="")
    assert pages.found(read(open_to_all, engine).text) == 1


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", errors.EmptyFileError),
        (b"<html><body>%PDF</body></html>", errors.UnsupportedFormatError),
        (b"PK\x03\x04" + b"\0" * 200, errors.UnsupportedFormatError),
        (b"%PDF-1.7\n%%EOF\n", errors.UnreadableFileError),
        (b"%PDF-1.7\n" + b"\x00garbage" * 500, errors.UnreadableFileError),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 64, errors.UnreadableFileError),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, errors.UnreadableFileError),
        (b"II*\x00\x08\x00\x00\x00\x00\x00", errors.UnreadableFileError),
    ],
)
def test_what_cannot_be_opened_says_why(tmp_path: Path, content: bytes, error: type[errors.DocumentError]) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    with pytest.raises(error):
        inspect(path)


def test_a_poster_is_drawn_within_the_budget_and_a_field_is_refused(tmp_path: Path, engine: OcrEngine) -> None:
    document = pymupdf.open()
    document.new_page(width=2_400, height=3_600).insert_text((100, 400), "Poster text", fontsize=300)
    document.new_page(width=200_000, height=200_000).insert_text((100, 4_000), "Field", fontsize=3_000)
    document.save(tmp_path / "large.pdf")
    poster = read(tmp_path / "large.pdf", engine, force_ocr=True)
    assert "Poster text" in poster.text
    assert poster.dpi < 200
    with pytest.raises(errors.PageTooLargeError):
        read(tmp_path / "large.pdf", engine, 2, force_ocr=True)


def test_control_characters_never_reach_the_text(tmp_path: Path, engine: OcrEngine) -> None:
    path = pages.born_digital_pdf(tmp_path / "born.pdf", lines=(*pages.LINES, "tab\tand\x07bell"))
    reading = read(path, engine)
    assert all(char.isprintable() or char == "\n" for char in reading.text)
