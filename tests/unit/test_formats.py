"""Telling file formats by their leading bytes."""

from __future__ import annotations

import pytest

from docpipe.domain.formats import FileFormat, sniff


@pytest.mark.parametrize(
    ("head", "expected"),
    [
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
    ],
)
def test_sniffing(head: bytes, expected: FileFormat | None) -> None:
    assert sniff(head) is expected
