"""Pins every requirement with its hashes: the development set, what ships at the same versions, the benchmarks' peers.

Run ``python -m tools.compile_requirements`` after a change to a ``requirements*.in`` file. What ships is
resolved for Lambda's Python and processor; the hashes cover every platform a package is published for.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).resolve().parent.parent

DEVELOPMENT = "requirements-dev"
PEERS = "benchmarks/peers/requirements"
SHIPPED = (
    "layers/shared/requirements",
    "functions/api/requirements",
    "functions/authorizer/requirements",
    "functions/deliver/requirements",
    "functions/link_keys/requirements",
    "functions/migrate/requirements",
    "functions/ocr/requirements",
)

_LAMBDA = ("--python-version=3.13", "--python-platform=aarch64-manylinux_2_28", f"--constraint={DEVELOPMENT}.txt")


def main() -> None:
    """Pin all sets, the development set first because it constrains those that ship."""
    for requirements in (DEVELOPMENT, PEERS):
        _compile(requirements, "--universal", "--python-version=3.11")
    for requirements in SHIPPED:
        _compile(requirements, *_LAMBDA)


def _compile(requirements: str, *options: str) -> None:
    command = [find_uv_bin(), "pip", "compile", "--quiet", "--generate-hashes", *options]
    command += ["--custom-compile-command=python -m tools.compile_requirements"]
    subprocess.run([*command, f"{requirements}.in", f"--output-file={requirements}.txt"], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
