"""The functions that hold PyMuPDF and Tesseract: intake, the three recognition tiers, assemble.

One image serves them all; each is told its handler by the command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.lambda_function import Code, LambdaFunction, Surroundings
from infra.specs import FunctionSpec


class ImageFunctions(Construct):
    """The image asset and its functions."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        root: Path,
        languages: str,
        specs: Sequence[FunctionSpec],
        environments: Mapping[str, Mapping[str, str]],
        surroundings: Surroundings,
    ) -> None:
        """Make the image once and a function for each of ``specs``.

        Args:
            root: the repository, the context of the image's build.
            languages: that the image is to hold recognition data for, as ``StageConfig`` has them.
            environments: environment variables, by function name.
        """
        super().__init__(scope, construct_id)
        image = ecr_assets.DockerImageAsset(
            self,
            "Image",
            directory=str(root),
            file="functions/ocr/Dockerfile",
            build_args={"LANGUAGES": languages},
            platform=ecr_assets.Platform.LINUX_ARM64,
        )
        self.functions: dict[str, lambda_.Function] = {
            spec.name: LambdaFunction(
                self,
                spec.name,
                spec=spec,
                code=Code(
                    code=lambda_.Code.from_ecr_image(
                        image.repository, tag_or_digest=image.image_tag, cmd=[spec.handler]
                    ),
                    runtime=lambda_.Runtime.FROM_IMAGE,
                    handler=lambda_.Handler.FROM_IMAGE,
                ),
                environment=environments[spec.name],
                surroundings=surroundings,
            ).function
            for spec in specs
        }
