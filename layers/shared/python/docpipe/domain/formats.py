"""Which kind of file this is, told by its leading bytes alone: names and announced types lie.

Signatures are those of the formats' own specifications (PDF 32000-1 annex H note 13 for the
1,024-byte search; ISO/IEC 23008-12 for HEIF brands; ISO/IEC 15444-1 annexes A and I for JPEG 2000).
"""

from __future__ import annotations

from enum import StrEnum

SNIFF_BYTES = 1_024 + 8
"""How many leading bytes ``sniff`` needs to see."""


class FileFormat(StrEnum):
    """A format that can be read, named by its media type."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    HEIC = "image/heic"
    WEBP = "image/webp"
    BMP = "image/bmp"
    GIF = "image/gif"
    JPEG_2000 = "image/jp2"
    AVIF = "image/avif"


_PREFIXES: tuple[tuple[bytes, FileFormat], ...] = (
    (b"\xff\xd8\xff", FileFormat.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileFormat.PNG),
    (b"II*\x00", FileFormat.TIFF),
    (b"MM\x00*", FileFormat.TIFF),
    (b"II+\x00", FileFormat.TIFF),
    (b"MM\x00+", FileFormat.TIFF),
    (b"GIF87a", FileFormat.GIF),
    (b"GIF89a", FileFormat.GIF),
    (b"BM", FileFormat.BMP),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", FileFormat.JPEG_2000),
    (b"\xff\x4f\xff\x51", FileFormat.JPEG_2000),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
"""The same container with another codec inside."""


def sniff(head: bytes) -> FileFormat | None:
    """The format of a file from its first ``SNIFF_BYTES`` bytes, or None when it is none that is read.

    A PDF header may stand anywhere in the first 1,024 bytes; every other signature stands first.
    """
    for prefix, file_format in _PREFIXES:
        if head.startswith(prefix):
            return file_format
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileFormat.WEBP
    if head[4:8] == b"ftyp":
        brands = {head[8:12], *(head[i : i + 4] for i in range(16, _box_length(head), 4))}
        if brands & _AVIF_BRANDS:
            return FileFormat.AVIF
        return FileFormat.HEIC if brands & _HEIF_BRANDS else None
    if b"%PDF-" in head[:SNIFF_BYTES]:
        return FileFormat.PDF
    return None


def _box_length(head: bytes) -> int:
    """Length of the leading ISO media box, bounded by what was read."""
    return min(int.from_bytes(head[:4], "big"), len(head))
