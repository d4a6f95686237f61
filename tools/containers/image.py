"""Builds the image of functions/ocr/Dockerfile on this machine, for the architecture of this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from local.processes import PROJECT_ROOT
from tools.containers.base import base_image
from tools.containers.engine import Docker

DOCKERFILE: Final = "functions/ocr/Dockerfile"
TAG: Final = "docpipe-test/functions:latest"

_BUILD_LIMIT_S: Final = 1_200.0
_CACHE_LIMIT: Final = "3GB"
_PIP_SETTINGS: Final = ("index-url", "extra-index-url", "trusted-host", "timeout")
"""Settings of pip that hold inside a container too; paths of this machine do not."""


def build_image(docker: Docker) -> str:
    """Build the image, or find it built already, and give back its tag.

    The build sees the network as this machine does: pip's settings and certificates go along as secrets.

    Raises:
        ContainerError: it cannot be built.
    """
    base = base_image(docker)
    with tempfile.TemporaryDirectory() as folder:
        secrets = [f"--secret=id={name},src={path}" for name, path in _secrets(Path(folder)).items()]
        docker(
            "build",
            "--network=host",
            f"--file={DOCKERFILE}",
            f"--build-arg=BASE_IMAGE={base}",
            f"--tag={TAG}",
            *secrets,
            str(PROJECT_ROOT),
            timeout_s=_BUILD_LIMIT_S,
        )
    docker("image", "prune", "--force")
    docker("builder", "prune", "--force", f"--keep-storage={_CACHE_LIMIT}")
    return TAG


def image_bytes(docker: Docker) -> int:
    """Size of the built image, unpacked, bytes."""
    return int(json.loads(docker("image", "inspect", TAG))[0]["Size"])


def _secrets(folder: Path) -> dict[str, Path]:
    """The build's secrets that this machine has: how pip is told to fetch packages, and whom to trust."""
    settings = _pip_settings()
    secrets: dict[str, Path] = {}
    lines = [f"{name} = {settings[name]}" for name in _PIP_SETTINGS if name in settings]
    if lines:
        secrets["pip_conf"] = folder / "pip.conf"
        secrets["pip_conf"].write_text("\n".join(("[global]", *lines, "")))
    certificates = settings.get("cert") or os.environ.get("SSL_CERT_FILE")
    if certificates and Path(certificates).is_file():
        secrets["ca_bundle"] = Path(certificates)
    return secrets


def _pip_settings() -> dict[str, str]:
    """Pip's settings on this machine, by name: the variables of the environment win, as they do for pip."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    pattern = r"^(global|user|site|install|download|:env:)\.([a-z-]+)='(.*)'$"
    for scope, name, value in re.findall(pattern, listed, re.MULTILINE):
        addresses = [word for word in value.replace("\\n", " ").split() if not word.startswith("file:")]
        if addresses and (name not in found or scope == ":env:"):
            found[name] = "\n    ".join(addresses)
    return found
