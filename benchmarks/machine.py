"""Where the figures come from: machine and versions."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil
import tesserocr

_PACKAGES: Final = ("pymupdf", "pillow", "tesserocr", "pytesseract", "boto3", "psycopg", "ministack")


def describe() -> dict[str, str]:
    """Machine and versions, by what they are of."""
    library = tesserocr.tesseract_version().splitlines()[0]
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} CPUs",
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "tesseract": library,
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
    }


def _processor() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return found[1].strip() if found else platform.machine()
