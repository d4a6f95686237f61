"""Where the figures come from: machine and versions."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil
import tesserocr

from benchmarks.peers.installation import install_peers
from docpipe.ocr.tessdata import tessdata_folder
from local.processes import PROJECT_ROOT

_PEERS: Final = ("ocrmypdf", "pypdfium2", "pytesseract", "pymupdf", "pillow")
_PACKAGES: Final = ("pymupdf", "pillow", "tesserocr", "pytesseract", "boto3", "psycopg", "ministack")


def describe() -> dict[str, str]:
    """Machine and versions, by what they are of. Raises ``BenchmarkError`` when the peers cannot be installed."""
    peers = install_peers()
    library = tesserocr.tesseract_version().splitlines()[0]
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} CPUs",
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "project": _told(["git", "-C", str(PROJECT_ROOT), "describe", "--always", "--dirty"]),
        "tesseract in process": library,
        "tesseract program, of the peers": _told(["tesseract", "--version"]).removeprefix("tesseract "),
        "language data": f"eng, SHA-256 {_digest(tessdata_folder() / 'eng.traineddata')}",
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "peers": ", ".join(f"{name} {peers.version(name)}" for name in _PEERS),
    }


def _processor() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return found[1].strip() if found else platform.machine()


def _told(command: Sequence[str]) -> str:
    """The first line of a command's answer; empty when there is none."""
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""
    return (told.splitlines() or [""])[0]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
