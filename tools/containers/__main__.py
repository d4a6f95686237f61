"""What the image weighs, layer by layer and package by package: ``python -m tools.containers``."""

from __future__ import annotations

import sys

from tools.containers.engine import docker
from tools.containers.errors import ContainerError
from tools.containers.image import build_image
from tools.containers.size import report


def main() -> None:
    """Build the image and print its size."""
    try:
        with docker() as client:
            build_image(client)
            print(report(client))
    except ContainerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
