"""The font of invisible text: every character is a glyph of one size and no ink.

A code is two bytes. A character of the Basic Multilingual Plane is its own code; any other character
gets, where it first occurs in the document, one of the surrogate codes, which no character uses.
ToUnicode tells readers which code is which character (ISO 32000-1: 9.7 composite fonts, 9.10.3
ToUnicode).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from docpipe.pdf.objects import Stream, add_object, add_stream, deflated

FONT_FILE = "glyphless.ttf"
FONT_NAME = "DocpipeGlyphless"

UNITS_PER_EM = 1_000
ADVANCE = 500
"""Width of every character, in units of the em square."""

ASCENT, DESCENT = 800, -200
"""Reach above and below the baseline, in units of the em square: together one em, so that text as high
as a line has the height of the line as its font size."""

_SURROGATES = range(0xD800, 0xE000)
_REPLACEMENT = 0xFFFD
_BLANK_GLYPH = b"\x00\x01"
_SECTION = 100
"""Entries that one section of a CMap may hold (Adobe technical note 5014)."""


class GlyphlessFont:
    """The font, embedded in one document once and shared by all its pages.

    The document may be saved and opened again between two uses; every method takes it as it is open now.

    Attributes:
        xref: number of the font object.
    """

    def __init__(self, document: Any) -> None:
        """Add the font to a document of PyMuPDF."""
        font_file = add_stream(document, _font_file())
        glyph_of_code = add_stream(document, _glyph_of_code())
        self._to_unicode = add_stream(document, _basic_plane())
        descriptor = add_object(
            document,
            f"<</Type/FontDescriptor/FontName/{FONT_NAME}/Flags 4/FontBBox[0 {DESCENT} {ADVANCE} {ASCENT}]"
            f"/ItalicAngle 0/Ascent {ASCENT}/Descent {DESCENT}/CapHeight {ASCENT}/StemV 80"
            f"/FontFile2 {font_file} 0 R>>",
        )
        descendant = add_object(
            document,
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{FONT_NAME}/DW {ADVANCE}"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/CIDToGIDMap {glyph_of_code} 0 R/FontDescriptor {descriptor} 0 R>>",
        )
        self.xref = add_object(
            document,
            f"<</Type/Font/Subtype/Type0/BaseFont/{FONT_NAME}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {self._to_unicode} 0 R>>",
        )
        self._beyond: dict[str, int] = {}
        self._written = 0

    def encode(self, text: str) -> bytes:
        """The codes of a text, two bytes a character."""
        if text.isascii() or max(text) < chr(_SURROGATES.start):
            return text.encode("utf-16-be")
        return b"".join(self._code(char).to_bytes(2, "big") for char in text)

    def write_mapping(self, document: Any) -> None:
        """Tell readers of the characters that were given a code since the last time."""
        if len(self._beyond) > self._written:
            document.update_stream(self._to_unicode, _to_unicode(self._beyond))
            self._written = len(self._beyond)

    def _code(self, char: str) -> int:
        code = ord(char)
        if code in _SURROGATES:
            return _REPLACEMENT
        if code <= 0xFFFF:
            return code
        if char not in self._beyond:
            # A document with more different ones than there are codes is not one that people write.
            if len(self._beyond) == len(_SURROGATES):
                return _REPLACEMENT
            self._beyond[char] = _SURROGATES[len(self._beyond)]
        return self._beyond[char]


@cache
def _font_file() -> Stream:
    file = files(__package__).joinpath(FONT_FILE).read_bytes()
    return deflated(file, f"/Length1 {len(file)}")


@cache
def _glyph_of_code() -> Stream:
    return deflated(_BLANK_GLYPH * 0x10000)


@cache
def _basic_plane() -> Stream:
    """ToUnicode of a document that has no other characters yet."""
    return deflated(_to_unicode({}))


def _to_unicode(beyond: dict[str, int]) -> bytes:
    """The ToUnicode CMap: each code is itself but the surrogates, which are the characters given.

    A range may not cross the last byte of a code, so there is one for each first byte.
    """
    rows = [row for row in range(0x100) if row << 8 not in _SURROGATES]
    ranges = [f"<{row:02X}00><{row:02X}FF><{row:02X}00>" for row in rows]
    chars = [f"<{code:04X}><{char.encode('utf-16-be').hex().upper()}>" for char, code in beyond.items()]
    lines = [
        "/CIDInit/ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def",
        "/CMapName/Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000><FFFF>",
        "endcodespacerange",
        *_sections("bfrange", ranges),
        *_sections("bfchar", chars),
        "endcmap",
        "CMapName currentdict/CMap defineresource pop",
        "end",
        "end",
    ]
    return "\n".join(lines).encode("ascii")


def _sections(kind: str, entries: list[str]) -> list[str]:
    lines: list[str] = []
    for start in range(0, len(entries), _SECTION):
        part = entries[start : start + _SECTION]
        lines += [f"{len(part)} begin{kind}", *part, f"end{kind}"]
    return lines
