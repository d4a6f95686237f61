"""Pages whose text layer is not the page's text: of a stamp, of nothing, or of letters that are others."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from functools import partial
from typing import Any

import pymupdf

from tests.support.fonts import to_unicode
from tests.support.layered import texts
from tests.support.layered.drawing import (
    INVISIBLE,
    Draw,
    lines_of,
    mask,
    over_scan,
    painted_over,
    picture,
    scan,
    widgets,
    write,
)

BAD: dict[str, Draw] = {}


def _bad(name: str, draw: Draw) -> None:
    BAD[name] = draw


# Scans, and what is printed, stamped or signed on them.

_bad("plain scan", scan)
_bad("scan as a mask", lambda page: scan(page, image=mask()))

for _number, _line in enumerate(texts.STAMPS):
    _stamp = textwrap.wrap(_line, 80)
    _bad(f"stamp {_number} at the top", partial(over_scan, lines=_stamp, top=30))
    _bad(f"stamp {_number} at the foot", partial(over_scan, lines=_stamp, top=750, size=8))
    _bad(f"hidden stamp {_number}", partial(over_scan, lines=_stamp, top=30, render_mode=INVISIBLE))


def _scan_twice(page: Any) -> None:
    scan(page, share=0.5)
    scan(page)


def _strips(page: Any) -> None:
    for number in range(8):
        box = pymupdf.Rect(0, number * 99, page.rect.width, number * 99 + 99)
        page.insert_image(box, stream=picture(), keep_proportion=False)
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
    page.insert_image(pymupdf.Rect(0, 0, 612, 792), stream=picture(), keep_proportion=False)
    for number, line in enumerate(lines_of(texts.LETTERS["English"])):
        page.insert_text((700, 70 + number * 16), line, fontsize=10)
    page.set_cropbox(pymupdf.Rect(0, 0, 612, 792))


_scans: dict[str, Draw] = {
    "scan in strips with a number": _strips,
    "scan painted twice": _scan_twice,
    "scan with an annotation": _annotated_scan,
    "scan with form fields": partial(widgets, scanned=True),
    "scan with wordy form fields": partial(widgets, scanned=True, wordy=True),
    "little text and a pasted scan": _pasted,
    "scan with its layer cropped away": _cropped_away,
    "poor text under the scan": partial(painted_over, lines=texts.POOR_OCR * 3),
    "spaces over a scan": partial(over_scan, lines=["   ", " "], render_mode=INVISIBLE),
    "punctuation over a scan": partial(over_scan, lines=[". , ; ' - _ | ~"] * 8, render_mode=INVISIBLE),
}
for _name, _draw in _scans.items():
    _bad(_name, _draw)
for _number in range(len(texts.POOR_OCR)):
    _poor = [*texts.POOR_OCR[_number:], *texts.POOR_OCR[:_number]]
    _bad(f"poor hidden layer {_number}", partial(over_scan, lines=_poor[:4], render_mode=INVISIBLE))

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
    _bad(f"{_language} decoded wrongly", partial(write, lines=_garbled))
_bad("cid codes", partial(write, lines=[" ".join(f"(cid:{number})" for number in range(12))] * 10))


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
