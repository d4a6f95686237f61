"""Makes the font of invisible text: a TrueType font of two glyphs without ink, one advance width.

Run ``python -m tools.make_glyphless_font`` after a change to the metrics in ``docpipe.pdf.glyphless``.
The same metrics give the same bytes, so that a test can hold the committed file to this program.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

LIBRARY = Path(__file__).resolve().parent.parent / "layers" / "shared" / "python"
sys.path.insert(0, str(LIBRARY))

from docpipe.pdf.glyphless import ADVANCE, ASCENT, DESCENT, FONT_FILE, FONT_NAME, UNITS_PER_EM  # noqa: E402

GLYPHS = (".notdef", "blank")


def font() -> bytes:
    """The font file: glyph 0 as every font must have it, glyph 1 for every character."""
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    # A modification date would make every run give another file.
    builder.font.recalcTimestamp = False
    builder.updateHead(created=0, modified=0)
    builder.setupGlyphOrder(list(GLYPHS))
    builder.setupCharacterMap({})
    builder.setupGlyf(dict.fromkeys(GLYPHS, _diagonal()))
    builder.setupHorizontalMetrics(dict.fromkeys(GLYPHS, (ADVANCE, 0)))
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupNameTable({"familyName": FONT_NAME, "styleName": "Regular", "psName": FONT_NAME}, mac=False)
    builder.setupPost(keepGlyphNames=False)
    file = BytesIO()
    builder.save(file)
    return file.getvalue()


def _diagonal() -> Glyph:
    """A stroke of no width from corner to corner of the character.

    It encloses nothing and so paints nothing, but it has an extent. PDFium takes the extent of a text
    from its glyphs and leaves out what has none: all text that runs up or down a page.
    """
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((ADVANCE, ASCENT))
    pen.closePath()
    return pen.glyph()


def main() -> None:
    """Write the font into the package."""
    (LIBRARY / "docpipe" / "pdf" / FONT_FILE).write_bytes(font())


if __name__ == "__main__":
    main()
