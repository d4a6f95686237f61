"""The emulator's process for deployments: it also says, as ECR does, that an image is not there."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecr

from local.emulator_main import run

_describe = ecr._describe_images


def _describe_images_that_are_there(request: dict[str, Any]) -> Any:
    """DescribeImages, which MiniStack answers with an empty list: the CDK then takes the image for pushed."""
    repository, wanted = request.get("repositoryName"), request.get("imageIds", [])
    if wanted and repository in ecr._repositories and not any(ecr._find_image(repository, each) for each in wanted):
        return error_response_json("ImageNotFoundException", "The image does not exist.", 400)
    return _describe(request)


if __name__ == "__main__":
    ecr._describe_images = _describe_images_that_are_there
    run()
