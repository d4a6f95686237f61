"""The image, built once a session from packages, and the system around it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.site import Site, site_of
from tools.containers.engine import Docker, docker
from tools.containers.image import build_image
from tools.containers.rie import runtime_interface_emulator

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One daemon, one image: one process runs all of these."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("image"))


@pytest.fixture(scope="package")
def image() -> Iterator[Docker]:
    """A Docker daemon that has the image."""
    subprocess.run([ROOT / "tools/setup_containers.sh"], check=True)
    with docker() as client:
        build_image(client)
        yield client


@pytest.fixture(scope="package")
def site(image: Docker) -> Iterator[Site]:
    with site_of(image, runtime_interface_emulator()) as site:
        yield site
