"""The process behind ``limit``: ``python -m benchmarks.peers.limit_main DOCUMENT RESULT``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks.raw_tesseract import SETTINGS, RawTesseract, bitmap_of_picture
from benchmarks.stages import Stages, TimedEngine, read_timed
from docpipe.ocr import make_engine
from docpipe.reading import open_source

_NOTHING: Final = (0.0, "")
"""Seconds and text of a page that is not recognised, as it is blank."""


def main(document: Path, result: Path) -> None:
    """Read each page with a stopwatch, then have libtesseract alone recognise the same bitmap, and the page image."""
    stages, tuned, plain = Stages(), RawTesseract(SETTINGS), RawTesseract({})
    engine = TimedEngine(make_engine("tesserocr"), stages)
    on_bitmaps, on_pictures = [], []
    with open_source(document) as source:
        for number in range(1, source.page_count + 1):
            timed = read_timed(source, number, engine)
            if timed.bitmap is None:
                on_bitmaps.append(_NOTHING)
                on_pictures.append(_NOTHING)
                continue
            on_bitmaps.append(tuned.read(timed.bitmap))
            on_pictures.append(plain.read(bitmap_of_picture(timed.reading.image, timed.reading.dpi)))
    tuned.close()
    plain.close()
    told = {"stages": asdict(stages), "on_bitmaps": on_bitmaps, "on_pictures": on_pictures}
    result.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
