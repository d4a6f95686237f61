"""Keeps the peers in an environment of their own below ``.cache``: pinned, by hash, and no part of the product's."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.documents import BenchmarkError
from local.processes import PROJECT_ROOT

_REQUIREMENTS: Final = Path(__file__).with_name("requirements.txt")
_FOLDER: Final = PROJECT_ROOT / ".cache" / "peers"
_VERSION: Final = "from importlib.metadata import version; import sys; print(version(sys.argv[1]))"


@dataclass(frozen=True, slots=True)
class Peers:
    """The environment."""

    folder: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.folder / "bin" / "python")

    def program(self, name: str) -> str:
        """A program installed in it."""
        return str(self.folder / "bin" / name)

    def version(self, package: str) -> str:
        """The version of a package in it."""
        told = subprocess.run([self.python, "-c", _VERSION, package], capture_output=True, text=True, check=True)
        return told.stdout.strip()


def install_peers() -> Peers:
    """Make the environment where it is missing or not the one that is pinned; otherwise nothing is done.

    Raises:
        BenchmarkError: it cannot be made; pip's own words are shown.
    """
    peers, stamp = Peers(_FOLDER), _FOLDER / "installed"
    wanted = hashlib.sha256(_REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return peers
    shutil.rmtree(_FOLDER, ignore_errors=True)
    _do([sys.executable, "-m", "venv", str(_FOLDER)], "An environment for the peers cannot be made")
    install = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    _do(
        [peers.python, *install, "-r", str(_REQUIREMENTS)],
        "The peers cannot be installed; most often the network or the settings of pip are at fault",
    )
    stamp.write_text(wanted, encoding="ascii")
    return peers


def _do(command: list[str], complaint: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{complaint}. Run this again without them: --without-peers.\n{done.stderr.strip()}")
