"""Labelled PDF pages: each with a text layer that is the page's text, or one that is not.

``LABELLED`` maps a name to whether the layer is to be used, and to what draws the page.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from functools import cache, partial
from io import BytesIO
from typing import Any

import pymupdf
from PIL import Image

from tests.support import layered_texts as texts
from tests.support import pages
from tests.support.fonts import box_font, to_unicode

Draw = Callable[[Any], None]
LABELLED: dict[str, tuple[bool, Draw]] = {}

_LEFT, _TOP, _LINE = 60.0, 70.0, 16.0
_INVISIBLE = 3


def _good(name: str, draw: Draw) -> None:
    LABELLED[name] = (True, draw)


def _bad(name: str, draw: Draw) -> None:
    LABELLED[name] = (False, draw)


def lines_of(text: str, count: int = 14, width: int = 85) -> list[str]:
    """So many lines of a text that is told again and again."""
    repeated = " ".join([text] * (1 + count * width // len(text)))
    if text.isascii() or text[0] < "\u3000":
        return textwrap.wrap(repeated, width)[:count]
    # Chinese and Japanese are written without spaces, and twice as wide.
    written = text * (1 + count * width // len(text))
    return [written[start : start + width // 2] for start in range(0, count * width // 2, width // 2)]


def write(page: Any, lines: Iterable[str], *, top: float = _TOP, size: float = 10, **options: Any) -> None:
    """Write lines from the top of a page; fonts for what Helvetica lacks are made."""
    lines = list(lines)
    if "fontname" not in options and not all(ord(char) < 256 for line in lines for char in line):
        page.insert_font(fontname="made", fontbuffer=_font("".join(sorted({*"".join(lines)}))))
        options["fontname"] = "made"
    for number, line in enumerate(lines):
        page.insert_text((_LEFT, top + number * _LINE), line, fontsize=size, **options)


@cache
def _font(characters: str) -> bytes:
    return box_font(characters)


@cache
def _picture() -> bytes:
    buffer = BytesIO()
    pages.scan(dpi=100, lines=pages.LINES * 3).save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


@cache
def _mask() -> bytes:
    buffer = BytesIO()
    pages.scan(dpi=100, lines=pages.LINES * 3, mode="1").save(buffer, "PNG")
    return buffer.getvalue()


def scan(page: Any, *, share: float = 1.0, picture: bytes | None = None) -> None:
    """A scan over the whole page, or over a share of its height."""
    box = pymupdf.Rect(page.rect)
    box.y0 = box.y1 - box.height * share
    page.insert_image(box, stream=picture or _picture(), keep_proportion=False)


# Pages as word processors and laboratory systems print them.


def _letter(page: Any, lines: Iterable[str], **options: Any) -> None:
    write(page, lines, **options)


for _language, _text in texts.LETTERS.items():
    _good(f"letter in {_language}", partial(_letter, lines=lines_of(_text)))
    _good(f"short note in {_language}", partial(_letter, lines=lines_of(_text, 2)))
for _name, _lines in {
    "laboratory values": texts.LAB_VALUES,
    "numbers": texts.NUMBERS,
    "medication": texts.MEDICATION,
    "codes": texts.CODES,
    "a form": texts.FORM,
    "contents with leaders": texts.CONTENTS,
    "capitals": texts.CAPITALS,
}.items():
    for _font_name in ("helv", "tiro", "cour"):
        _good(f"{_name} in {_font_name}", partial(_letter, lines=_lines, fontname=_font_name))
for _number, _line in enumerate(texts.SHORT):
    _good(f"next to nothing {_number}", partial(_letter, lines=[_line]))
for _turn in (90, 180, 270):

    def _turned(page: Any, turn: int = _turn) -> None:
        write(page, lines_of(texts.LETTERS["English"]))
        page.set_rotation(turn)

    def _set_turned(page: Any, turn: int = _turn) -> None:
        for number, line in enumerate(lines_of(texts.LETTERS["French"])):
            place = {90: (100 + number * 16, 750), 180: (550, 700 - number * 16), 270: (500 - number * 16, 60)}[turn]
            page.insert_text(place, line, fontsize=10, rotate=turn)

    _good(f"page turned by {_turn}", _turned)
    _good(f"text turned by {_turn}", _set_turned)


def _letterhead(page: Any) -> None:
    page.insert_image(pymupdf.Rect(60, 20, 160, 60), stream=_picture(), keep_proportion=False)
    write(page, lines_of(texts.LETTERS["English"]), top=100)


def _background(page: Any, language: str) -> None:
    scan(page, picture=_paper())
    write(page, lines_of(texts.LETTERS[language], 20))


@cache
def _paper() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (400, 520), (250, 246, 230)).save(buffer, "JPEG")
    return buffer.getvalue()


def _figure(page: Any, share: float) -> None:
    write(page, lines_of(texts.LETTERS["English"], 20))
    scan(page, share=share)


def _chart(page: Any) -> None:
    write(page, lines_of(texts.LETTERS["English"], 8))
    for number in range(240):
        x = 80 + number * 1.8
        page.draw_circle((x, 500 + (number * 37) % 90), 2, color=(0, 0, 1), fill=(0, 0, 1))
    page.draw_rect(pymupdf.Rect(70, 480, 530, 610))


def _checkboxes(page: Any) -> None:
    for number in range(30):
        page.draw_rect(pymupdf.Rect(60, 62 + number * 20, 68, 70 + number * 20))
        page.draw_rect(pymupdf.Rect(300, 62 + number * 20, 308, 70 + number * 20), fill=(0, 0, 0))
        page.insert_text((75, 70 + number * 20), f"Question {number} on your health", fontsize=10)
        page.insert_text((315, 70 + number * 20), "does not apply", fontsize=10)


def _ruled_table(page: Any) -> None:
    write(page, texts.LAB_VALUES)
    for row in range(13):
        for column in range(6):
            page.draw_rect(pymupdf.Rect(55 + column * 60, 58 + row * 16, 115 + column * 60, 74 + row * 16), fill=None)
            page.draw_rect(
                pymupdf.Rect(55 + column * 60, 58 + row * 16, 56 + column * 60, 74 + row * 16), fill=(0, 0, 0)
            )


def _bullets(page: Any) -> None:
    """Bullets of a symbol font, which word processors write as private-use characters."""
    items = ["rest", "fluids", "return if worse", "no driving", "call the ward", "wound care", "low salt diet"]
    write(page, [f"\uf0b7 {item}" for item in items])


def _ligatures(page: Any) -> None:
    write(
        page,
        lines_of("The ﬁrst oﬃcial ﬂow of eﬀort was deﬁned; the staﬀ con\u00adﬁrmed the di\u00adag\u00adno\u00adsis."),
    )


def _widgets(page: Any, *, over_scan: bool = False, wordy: bool = False) -> None:
    if over_scan:
        scan(page)
    else:
        write(page, texts.FORM)
    for number, value in enumerate(("Example", "Anna Maria", "04/03/1961", lines_of(texts.LETTERS["English"], 4)[0])):
        if number == 3 and not wordy:
            break
        field = pymupdf.Widget()
        field.field_type, field.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, f"field{number}"
        field.rect = pymupdf.Rect(60, 300 + number * 30, 520, 320 + number * 30)
        field.field_value = value
        page.add_widget(field)


def _note(page: Any) -> None:
    write(page, lines_of(texts.LETTERS["English"]))
    page.add_freetext_annot(pymupdf.Rect(60, 500, 400, 540), "Seen and agreed, A. Example")


def _columns(page: Any) -> None:
    for column in range(3):
        for number, line in enumerate(lines_of(texts.LETTERS["Spanish"], 30, 26)):
            page.insert_text((50 + column * 175, 70 + number * 14), line, fontsize=9)


_good("letterhead with a logo", _letterhead)
for _language in ("English", "German", "Russian"):
    _good(f"letter on a background in {_language}", partial(_background, language=_language))
for _share in (0.2, 0.35, 0.45):
    _good(f"text with a figure over {_share:.0%}", partial(_figure, share=_share))
_drawings: dict[str, Draw] = {
    "chart of dots": _chart,
    "filled checkboxes": _checkboxes,
    "ruled table": _ruled_table,
    "symbol bullets": _bullets,
    "ligatures and soft hyphens": _ligatures,
    "form widgets": _widgets,
    "wordy form widgets": partial(_widgets, wordy=True),
    "letter with a note": _note,
    "three columns": _columns,
}
for _name, _draw in _drawings.items():
    _good(_name, _draw)


def _over_scan(page: Any, lines: Iterable[str], **options: Any) -> None:
    scan(page)
    write(page, lines, **options)


for _language in ("English", "German", "French", "Polish", "Czech", "Welsh", "Russian", "Arabic", "Chinese"):
    _draw = partial(_over_scan, lines=lines_of(texts.LETTERS[_language], 16), render_mode=_INVISIBLE)
    _good(f"hidden layer in {_language}", _draw)
for _name, _lines in {
    "laboratory values": texts.LAB_VALUES,
    "medication": texts.MEDICATION,
    "codes": texts.CODES,
}.items():
    _good(f"hidden layer of {_name}", partial(_over_scan, lines=_lines, render_mode=_INVISIBLE))


def _painted_over(page: Any, lines: Iterable[str]) -> None:
    write(page, lines)
    scan(page)


_good("good layer under the scan", partial(_painted_over, lines=lines_of(texts.LETTERS["English"], 16)))

# Scans, and what is printed, stamped or signed on them.

_bad("plain scan", scan)
_bad("scan as a mask", lambda page: scan(page, picture=_mask()))

for _number, _line in enumerate(texts.STAMPS):
    _stamp = textwrap.wrap(_line, 80)
    _bad(f"stamp {_number} at the top", partial(_over_scan, lines=_stamp, top=30))
    _bad(f"stamp {_number} at the foot", partial(_over_scan, lines=_stamp, top=750, size=8))
    _bad(f"hidden stamp {_number}", partial(_over_scan, lines=_stamp, top=30, render_mode=_INVISIBLE))


def _scan_twice(page: Any) -> None:
    scan(page, share=0.5)
    scan(page)


def _strips(page: Any) -> None:
    for number in range(8):
        box = pymupdf.Rect(0, number * 99, page.rect.width, number * 99 + 99)
        page.insert_image(box, stream=_picture(), keep_proportion=False)
    write(page, [texts.STAMPS[2]], top=30)


def _annotated_scan(page: Any) -> None:
    scan(page)
    page.add_freetext_annot(pymupdf.Rect(60, 500, 400, 560), texts.STAMPS[7])


def _pasted(page: Any) -> None:
    write(page, ["Copy of the insurance card:"])
    scan(page, share=0.45)


def _cropped_away(page: Any) -> None:
    """The layer stands beside what is shown."""
    page.set_mediabox(pymupdf.Rect(0, 0, 1_200, 792))
    page.insert_image(pymupdf.Rect(0, 0, 612, 792), stream=_picture(), keep_proportion=False)
    for number, line in enumerate(lines_of(texts.LETTERS["English"])):
        page.insert_text((700, 70 + number * 16), line, fontsize=10)
    page.set_cropbox(pymupdf.Rect(0, 0, 612, 792))


_scans: dict[str, Draw] = {
    "scan in strips with a number": _strips,
    "scan painted twice": _scan_twice,
    "scan with an annotation": _annotated_scan,
    "scan with form fields": partial(_widgets, over_scan=True),
    "scan with wordy form fields": partial(_widgets, over_scan=True, wordy=True),
    "little text and a pasted scan": _pasted,
    "scan with its layer cropped away": _cropped_away,
    "poor text under the scan": partial(_painted_over, lines=texts.POOR_OCR * 3),
    "spaces over a scan": partial(_over_scan, lines=["   ", " "], render_mode=_INVISIBLE),
    "punctuation over a scan": partial(_over_scan, lines=[". , ; ' - _ | ~"] * 8, render_mode=_INVISIBLE),
}
for _name, _draw in _scans.items():
    _bad(_name, _draw)
for _number in range(len(texts.POOR_OCR)):
    _poor = [*texts.POOR_OCR[_number:], *texts.POOR_OCR[:_number]]
    _bad(f"poor hidden layer {_number}", partial(_over_scan, lines=_poor[:4], render_mode=_INVISIBLE))

# Layers that lie about print that can be seen.

_CODES = [*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)]


def _lying(page: Any, mapping: dict[int, str]) -> None:
    """Print that looks right and copies as the mapping says."""
    write(page, lines_of(texts.LETTERS["English"]))
    document = page.parent
    (font,) = (entry[0] for entry in page.get_fonts())
    stream = document.get_new_xref()
    document.update_object(stream, "<<>>")
    document.update_stream(stream, to_unicode(mapping))
    document.xref_set_key(font, "ToUnicode", f"{stream} 0 R")


def _shifted(by: int) -> dict[int, str]:
    return {code: chr(code + by) for code in _CODES}


def _caesar(by: int) -> dict[int, str]:
    return {code: chr((code - 65 - 32 * (code > 90) + by) % 26 + 65 + 32 * (code > 90)) for code in _CODES}


for _by in (1, 3, 7, 13):
    _bad(f"letters shifted by {_by} in the alphabet", partial(_lying, mapping=_caesar(_by)))
for _by in (-29, 61):
    _bad(f"codes shifted by {_by}", partial(_lying, mapping=_shifted(_by)))
for _name, _first in {"private use": 0xE000, "box drawing": 0x2500, "Han": 0x4E00, "Hangul": 0xAC00}.items():
    _bad(f"letters copy as {_name}", partial(_lying, mapping={code: chr(_first + code % 32) for code in _CODES}))
_bad("letters copy as replacement characters", partial(_lying, mapping=dict.fromkeys(_CODES, "\ufffd")))
_bad("some letters copy as replacement characters", partial(_lying, mapping={ord(char): "\ufffd" for char in "aest"}))
_bad("some letters copy as nothing known", partial(_lying, mapping={ord(char): "\ue0ff" for char in "nior"}))
_bad("all letters copy as one", partial(_lying, mapping=dict.fromkeys(_CODES, "n")))
for _language in ("Russian", "Greek", "Polish", "Arabic"):
    _garbled = [line.encode().decode("cp1252", "replace") for line in lines_of(texts.LETTERS[_language])]
    _bad(f"{_language} decoded wrongly", partial(_letter, lines=_garbled))
_bad("cid codes", partial(_letter, lines=[" ".join(f"(cid:{number})" for number in range(12))] * 10))


def _outlines(page: Any, lines: Iterable[str] = ()) -> None:
    """Print drawn as shapes, as design programs export it."""
    shape = page.new_shape()
    for row in range(20):
        for column in range(60):
            if (column * 7 + row) % 6:
                x, y = 60 + column * 8, 70 + row * 20
                shape.draw_rect(pymupdf.Rect(x, y, x + 5, y + 8))
                shape.finish(color=None, fill=(0, 0, 0))
    shape.commit()
    write(page, lines, top=760)


_bad("outlines alone", _outlines)
_bad("outlines and a page number", partial(_outlines, lines=["Page 4"]))
_bad("outlines and a footer", partial(_outlines, lines=["Northfield Clinic, form 12-B, revised March 2026"]))
_bad("spaces and outlines", partial(_outlines, lines=["     "]))
