"""Fonts made to measure: any characters, drawn as boxes, and any lie about which character a glyph is."""

from __future__ import annotations

from io import BytesIO
from unicodedata import east_asian_width

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

_UNITS = 1000


def box_font(characters: str) -> bytes:
    """A TrueType font that has these characters: their shapes do not matter where only the text layer is judged."""
    wanted = sorted({*characters, " "})
    names = [".notdef", *(f"u{ord(char):05X}" for char in wanted)]
    font = FontBuilder(_UNITS, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(char): name for char, name in zip(wanted, names[1:], strict=True)})
    font.setupGlyf({name: _box(empty=name == "u00020") for name in names})
    widths = {
        name: 1_000 if east_asian_width(char) == "W" else 550 for char, name in zip(wanted, names[1:], strict=True)
    }
    font.setupHorizontalMetrics({name: (widths.get(name, 550), 50) for name in names})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    font.setupPost()
    buffer = BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def _box(*, empty: bool) -> object:
    pen = TTGlyphPen(None)
    if not empty:
        pen.moveTo((50, 0))
        for corner in ((50, 700), (500, 700), (500, 0)):
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def to_unicode(mapping: dict[int, str]) -> bytes:
    """A ToUnicode map (ISO 32000-1, 9.10.3) for a font of one byte a character."""
    entries = "\n".join(f"<{code:02X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in mapping.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Lying def /CMapType 2 def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(mapping)} beginbfchar\n{entries}\nendbfchar\n"
        "endcmap end end"
    ).encode()
