"""The pinned CDK command line, with a node to run it: ``python -m tools.cdk deploy …`` is ``cdk deploy …``.

``bootstrap`` is run in an empty folder: it is about an account, and would synthesise a stage for nothing.

The command line comes from npm, by ``package-lock.json``, into ``node_modules``.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools import node

ROOT: Final = Path(__file__).resolve().parent.parent
_PACKAGE: Final = ROOT / "package.json"
_PROGRAM: Final = ROOT / "node_modules/aws-cdk/bin/cdk"
_INSTALLED: Final = ROOT / "node_modules/.package-lock.json"
"""What npm notes when all is installed: an installation that was broken off has files, and not this one."""


class CdkError(Exception):
    """The command line cannot be run; the message says what to do."""


def environment() -> dict[str, str]:
    """The environment that the command line runs in."""
    return {
        **node.environment(),
        "JSII_NODE": str(node.folder() / "node"),
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
    with _PACKAGE.open() as package:
        # Two that install at once would each remove what the other has unpacked.
        fcntl.flock(package, fcntl.LOCK_EX)
        if _installed() != pinned():
            _install()
    return [str(node.folder() / "node"), str(_PROGRAM)]


def _install() -> None:
    done = subprocess.run(
        [*node.npm(), "ci", "--no-audit", "--no-fund"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CdkError(f"npm could not install the CDK command line:\n{done.stderr.strip()[-2_000:]}")


def pinned() -> str:
    """The version that ``package.json`` names."""
    return str(json.loads(_PACKAGE.read_text())["devDependencies"]["aws-cdk"])


def _installed() -> str | None:
    if not (_INSTALLED.is_file() and _PROGRAM.is_file()):
        return None
    packages = json.loads(_INSTALLED.read_text())["packages"]
    return str(packages.get("node_modules/aws-cdk", {}).get("version"))


def main() -> None:
    """Become the command line."""
    try:
        program = command()
    except CdkError as error:
        sys.exit(str(error))
    sys.exit(run(program, sys.argv[1:]))


def run(program: Sequence[str], arguments: Sequence[str]) -> int:
    """Run the command line; its exit status."""
    with tempfile.TemporaryDirectory() as elsewhere:
        folder = elsewhere if arguments[:1] == ["bootstrap"] else ROOT
        return subprocess.run([*program, *arguments], cwd=folder, env=environment(), check=False).returncode


if __name__ == "__main__":
    main()
