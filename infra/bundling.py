"""Builds zip assets on this machine, with no container: files copied, pinned packages unpacked beside them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsii
import uv
from aws_cdk import BundlingOptions, DockerImage, ILocalBundling

_PLATFORM = "aarch64-manylinux_2_28"
"""Lambda's Amazon Linux 2023 has glibc 2.34; wheels built against 2.28 run on it."""

_PYTHON_VERSION = "3.13"


class BundlingError(Exception):
    """A zip asset could not be built; the message says what to install or look at."""


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """What a zip asset is made of.

    Attributes:
        root: the repository.
        files: files and folders to take along, relative to ``root``.
        strip: leading folder left out of their paths in the asset, relative to ``root``.
        requirements: hash-pinned requirements of what is unpacked beside them, relative to ``root``.
        packages_folder: where in the asset the packages go.
    """

    root: Path
    files: Sequence[str]
    strip: str
    requirements: str
    packages_folder: str


def bundling(plan: BundlePlan) -> BundlingOptions:
    """The options that make CDK build an asset by ``plan``; the image it asks for is never pulled."""
    return BundlingOptions(image=DockerImage.from_registry("unused"), local=_LocalBundling(plan))


def build(plan: BundlePlan, output: Path) -> None:
    """Build an asset in the folder ``output``.

    Raises:
        BundlingError: uv is not there, or could not install the packages.
    """
    _copy_files(plan, output)
    _install_packages(plan, output)


@jsii.implements(ILocalBundling)
class _LocalBundling:
    """CDK's hook for building an asset without a container."""

    def __init__(self, plan: BundlePlan) -> None:
        self._plan = plan

    def try_bundle(self, output_dir: str, *_container: Any, **_options: Any) -> bool:
        """Build the asset; what cannot be built raises, so that CDK never falls back on a container."""
        build(self._plan, Path(output_dir))
        return True


def _copy_files(plan: BundlePlan, output: Path) -> None:
    for file in plan.files:
        source = plan.root / file
        target = output / Path(file).relative_to(plan.strip)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "requirements.*"))
        else:
            shutil.copy2(source, target)


def _install_packages(plan: BundlePlan, output: Path) -> None:
    command = [
        _uv(),
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        f"--python-platform={_PLATFORM}",
        f"--python-version={_PYTHON_VERSION}",
        f"--target={output / plan.packages_folder}",
        f"--requirement={plan.root / plan.requirements}",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise BundlingError(f"uv could not install {plan.requirements} for Lambda:\n{done.stderr.strip()}")
    # Commands of the packages start with the path of this machine's Python; nothing calls them.
    shutil.rmtree(output / plan.packages_folder / "bin", ignore_errors=True)


def _uv() -> str:
    """The uv that is pinned beside this interpreter."""
    try:
        return uv.find_uv_bin()
    except FileNotFoundError:
        raise BundlingError("uv is needed to build the zip assets; install what is pinned: make setup") from None
