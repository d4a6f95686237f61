"""Telling file formats by their leading bytes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docpipe.domain.errors import UnreadableFileError
from docpipe.domain.formats import FileFormat, sniff
from docpipe.reading.sources import open_source
from local.processes import PROJECT_ROOT

HEADS = [
    (b"%PDF-1.7\n", FileFormat.PDF),
    (b"\n" * 1_019 + b"%PDF-1.4", FileFormat.PDF),
    (b"\xff\xd8\xff\xe1\x00\x10Exif", FileFormat.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileFormat.PNG),
    (b"II*\x00\x08\x00\x00\x00", FileFormat.TIFF),
    (b"MM\x00*\x00\x00\x00\x08", FileFormat.TIFF),
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", FileFormat.HEIC),
    (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", FileFormat.HEIC),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", FileFormat.WEBP),
    (b"BM\x36\x00\x00\x00", FileFormat.BMP),
    (b"GIF89a", FileFormat.GIF),
    (b"", None),
    (b"<html><body>%PDF</body></html>", None),
    (b"PK\x03\x04", None),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
    (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf", FileFormat.AVIF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2 ", FileFormat.JPEG_2000),
    (b"\xff\x4f\xff\x51\x00\x29", FileFormat.JPEG_2000),
    (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", None),
]


@pytest.mark.parametrize(("head", "expected"), HEADS)
def test_sniffing(head: bytes, expected: FileFormat | None) -> None:
    assert sniff(head) is expected


@pytest.mark.parametrize("file_format", FileFormat)
def test_what_only_begins_as_a_format_does_is_opened_as_one_and_found_unreadable(
    file_format: FileFormat, tmp_path: Path
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(next(head for head, told in HEADS if told is file_format))
    with pytest.raises(UnreadableFileError), open_source(path):
        pass


def test_the_page_knows_the_endings_of_every_format() -> None:
    checks = (PROJECT_ROOT / "web/src/uploads/checks.ts").read_text()
    assert set(re.findall(r'"([a-z]+/[a-z0-9]+)": \["', checks)) == set(FileFormat)
