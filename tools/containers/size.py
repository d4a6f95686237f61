"""Weighs the image: its layers, what they hold, and what travels to Lambda."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from tools.containers.engine import Docker
from tools.containers.image import TAG, image_bytes

_SHOWN: Final = 15
_MB: Final = 1_000_000
"""As registries count."""

_WEIGH: Final = """
import json, os

def weigh(top):
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(top) for name in names)

packages = {}
for name in os.listdir("/opt/python"):
    known = name.split("-")[0].split(".")[0].lower()
    packages[known] = packages.get(known, 0) + weigh("/opt/python/" + name)
folder = "/var/lib/dpkg/status.d"
fields = [dict(line.split(": ", 1) for line in open(f"{folder}/{name}") if ": " in line and line[0] != " ")
          for name in sorted(os.listdir(folder))]
print(json.dumps({
    "python": packages,
    "debian": {one["Package"].strip(): (one["Version"].strip(), int(one["Installed-Size"])) for one in fields},
    "tessdata": weigh("/usr/share/tesseract-ocr"),
    "ours": weigh("/var/task"),
}))
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the image holds.

    Attributes:
        python: bytes by Python package, its libraries included.
        debian: version and installed kilobytes by Debian package.
        tessdata: bytes of Tesseract's data.
        ours: bytes of this project's code.
    """

    python: dict[str, int]
    debian: dict[str, tuple[str, int]]
    tessdata: int
    ours: int


def contents(docker: Docker) -> Contents:
    """What the image holds, told by its own Python."""
    told = json.loads(docker("run", "--rm", "--network=none", "--entrypoint=python3", TAG, "-c", _WEIGH))
    debian = {name: (str(version), int(kilobytes)) for name, (version, kilobytes) in told["debian"].items()}
    return Contents(python=told["python"], debian=debian, tessdata=told["tessdata"], ours=told["ours"])


def report(docker: Docker) -> str:
    """Layers, what they hold, and the size compressed, as a page of text; MB are millions of bytes."""
    layers = docker("history", "--no-trunc", "--format={{.Size}}\t{{.CreatedBy}}", TAG).splitlines()
    held = contents(docker)
    python = sorted(held.python.items(), key=lambda item: -item[1])
    debian = sorted(held.debian.items(), key=lambda item: -item[1][1])
    compressed = docker.measure("save", TAG)
    return "\n".join(
        (
            f"{image_bytes(docker) / _MB:.0f} MB unpacked, {compressed / _MB:.0f} MB compressed",
            "",
            "Layers",
            *(f"  {size:>8}  {made.split(' #')[0][:90]}" for size, made in (row.split("\t", 1) for row in layers)),
            "",
            f"Python packages, the largest of {len(python)}",
            *(f"  {size / _MB:5.1f} MB  {name}" for name, size in python[:_SHOWN]),
            "",
            f"Debian packages, the largest of {len(debian)}, as installed with documentation",
            *(f"  {kilobytes / 1_000:5.1f} MB  {name} {version}" for name, (version, kilobytes) in debian[:_SHOWN]),
            "",
            f"Tesseract's data {held.tessdata / _MB:.1f} MB, Docpipe's code {held.ours / _MB:.1f} MB",
        )
    )
