"""The memory that writing a searchable PDF takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PEAK_KIB = """
import re, sys
from pathlib import Path
from tests.support.searchable import jpeg, page_text, word, write
source, count = Path(sys.argv[1]), int(sys.argv[2])
image = jpeg(ink=(1, 1, 500, 500)) + bytes(500_000)
words = [word("word", (50, 14 * n, 90, 14 * n + 12), n) for n in range(50)]
pages = (page_text(words, number=n, image_key=str(n)) for n in range(1, count + 1))
write(source, pages, lambda key: image + key.encode())
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def peak_kib(source: Path, pages: int) -> int:
    """What a process takes at most that writes a searchable PDF of pages of half a megabyte."""
    command = [sys.executable, "-c", PEAK_KIB, str(source), str(pages)]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers/shared/python'}"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return int(done.stdout)


def test_memory_does_not_grow_with_the_pages(tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    for folder in (few, many):
        folder.mkdir()
        (folder / "scan.tif").write_bytes(b"II*\0")
    # 400 pages are 200 MB: held, they would be more than twice of what 100 pages take.
    assert peak_kib(many / "scan.tif", 400) < 1.3 * peak_kib(few / "scan.tif", 100)
    # What was written is a PDF of as many pages, to begin with anew.
    for folder in (few, many):
        (folder / "searchable.pdf").rename(folder / "scan.pdf")
    assert peak_kib(many / "scan.pdf", 400) < 1.3 * peak_kib(few / "scan.pdf", 100)
