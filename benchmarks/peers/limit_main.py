"""The process behind ``limit``: ``python -m benchmarks.peers.limit_main DOCUMENT RESULT``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.raw_tesseract import RawTesseract
from benchmarks.stages import Stages, TimedEngine, read_timed
from docpipe.ocr import make_engine
from docpipe.reading import open_source


def main(document: Path, result: Path) -> None:
    """Read each page with a stopwatch, then recognise its bitmap by libtesseract alone."""
    stages, raw, texts = Stages(), RawTesseract(), []
    engine = TimedEngine(make_engine("tesserocr"), stages)
    raw_s = 0.0
    with open_source(document) as source:
        for number in range(1, source.page_count + 1):
            bitmap = read_timed(source, number, engine)
            if bitmap is None:
                texts.append("")
                continue
            seconds, text = raw.read(bitmap)
            raw_s += seconds
            texts.append(text)
    raw.close()
    told = {"stages": asdict(stages), "raw_s": raw_s, "texts": texts}
    result.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
