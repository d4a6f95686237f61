"""The process behind ``cold_start``: ``python -m benchmarks.cold_start_main DOCUMENT``; writes JSON.

It begins as an execution environment does, so nothing but the standard library is imported before the handler.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from pathlib import Path


def main(document: Path) -> None:
    """Start the ocr function, read one page, and tell the CPU seconds of both processes."""
    importlib.import_module("functions.ocr.handler")
    import_s = time.process_time()
    # Loaded by now, with the handler.
    from docpipe.bootstrap.ocr import wired  # noqa: PLC0415
    from docpipe.ports import ReadOptions  # noqa: PLC0415

    recognition = wired()
    readings = list(
        recognition.reader.read(document, [1], ReadOptions(), may_start=lambda _: True, on_tick=lambda: None)
    )
    function_s = time.process_time()
    recognition.reader.close()
    worker = resource.getrusage(resource.RUSAGE_CHILDREN)
    if not readings[0].text:
        raise SystemExit(f"The page was not recognised: {readings[0].reason}")
    told = {"import_s": import_s, "function_s": function_s, "worker_s": worker.ru_utime + worker.ru_stime}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
