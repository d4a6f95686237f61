"""Pages whose text layer is the page's text: as word processors, laboratory systems and OCR write them."""

from __future__ import annotations

from functools import cache, partial
from io import BytesIO
from typing import Any

import pymupdf
from PIL import Image

from tests.support.layered import texts
from tests.support.layered.drawing import (
    INVISIBLE,
    Draw,
    lines_of,
    over_scan,
    painted_over,
    picture,
    scan,
    widgets,
    write,
)

GOOD: dict[str, Draw] = {}


def _good(name: str, draw: Draw) -> None:
    GOOD[name] = draw


for _language, _text in texts.LETTERS.items():
    _good(f"letter in {_language}", partial(write, lines=lines_of(_text)))
    _good(f"short note in {_language}", partial(write, lines=lines_of(_text, 2)))
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
        _good(f"{_name} in {_font_name}", partial(write, lines=_lines, fontname=_font_name))
for _number, _line in enumerate(texts.SHORT):
    _good(f"next to nothing {_number}", partial(write, lines=[_line]))
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
    page.insert_image(pymupdf.Rect(60, 20, 160, 60), stream=picture(), keep_proportion=False)
    write(page, lines_of(texts.LETTERS["English"]), top=100)


def _background(page: Any, language: str) -> None:
    scan(page, image=_paper())
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
    "form widgets": widgets,
    "wordy form widgets": partial(widgets, wordy=True),
    "letter with a note": _note,
    "three columns": _columns,
}
for _name, _draw in _drawings.items():
    _good(_name, _draw)


for _language in ("English", "German", "French", "Polish", "Czech", "Welsh", "Russian", "Arabic", "Chinese"):
    _draw = partial(over_scan, lines=lines_of(texts.LETTERS[_language], 16), render_mode=INVISIBLE)
    _good(f"hidden layer in {_language}", _draw)
for _name, _lines in {
    "laboratory values": texts.LAB_VALUES,
    "medication": texts.MEDICATION,
    "codes": texts.CODES,
}.items():
    _good(f"hidden layer of {_name}", partial(over_scan, lines=_lines, render_mode=INVISIBLE))


_good("good layer under the scan", partial(painted_over, lines=lines_of(texts.LETTERS["English"], 16)))
