"""A Debian base image made from Debian's packages, in place of one that a registry would give."""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
from pathlib import Path
from typing import Final

from tools.containers.engine import Docker
from tools.containers.errors import ContainerError

SUITE: Final = "trixie"
"""Debian 13: the release that functions/ocr/Dockerfile is written for."""

_REPOSITORY: Final = "docpipe-test/debian"
_COMMAND: Final = (
    "mmdebstrap",
    "--variant=minbase",
    "--include=ca-certificates",
    "--dpkgopt=path-exclude=/usr/share/man/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    # As in Debian's own images, nothing that was downloaded stays.
    '--aptopt=DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; }',
    SUITE,
    "-",
)
_URI: Final = re.compile(r"https?://\S+/debian/?$")
_LARGEST_BASE_S: Final = 600.0


def base_image(docker: Docker) -> str:
    """Tag of the base, which is made when it is not there, from the mirror that this machine's apt uses.

    Where apt knows no mirror of Debian (on Ubuntu, say), Debian's image is pulled.

    Raises:
        ContainerError: it can neither be made nor pulled.
    """
    mirror = debian_mirror(Path("/etc/apt"))
    if mirror is None:
        docker("pull", f"debian:{SUITE}-slim", timeout_s=_LARGEST_BASE_S)
        return f"debian:{SUITE}-slim"
    recipe = "\n".join((*_COMMAND, mirror, platform.machine()))
    tag = f"{_REPOSITORY}:{SUITE}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    if not docker.succeeds("image", "inspect", tag):
        if shutil.which(_COMMAND[0]) is None:
            raise ContainerError("mmdebstrap is not installed. Run: tools/setup_containers.sh")
        docker.load(("import", "-", tag), (*_COMMAND, mirror))
    return tag


def debian_mirror(folder: Path) -> str | None:
    """The first mirror of Debian in apt's sources, in either of apt's formats (sources.list(5)); or None.

    Args:
        folder: ``/etc/apt``, or one like it.
    """
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    for file in files:
        if not file.is_file() or file.suffix not in {".list", ".sources"}:
            continue
        for line in file.read_text(errors="replace").splitlines():
            if not line.startswith(("deb ", "URIs:")):
                continue
            for word in line.split():
                if _URI.match(word):
                    return word
    return None
