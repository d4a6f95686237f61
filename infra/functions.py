"""The functions of a stage, each with its environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.catalogue import functions_of
from infra.config import StageConfig
from infra.constructs.lambda_function import Surroundings
from infra.constructs.ocr_functions import ImageFunctions
from infra.constructs.zip_functions import ZipFunctions
from infra.environment import environment_of
from infra.specs import Package


def make_functions(
    scope: Construct, *, root: Path, config: StageConfig, addresses: Mapping[str, str], surroundings: Surroundings
) -> dict[str, lambda_.Function]:
    """Make every function; by name.

    Args:
        root: the repository.
        addresses: variables that point at resources of the stack (``environment_of``).
    """
    specs = functions_of(own_page=config.web.own)
    environments = {spec.name: environment_of(spec, config, addresses) for spec in specs}
    images = ImageFunctions(
        scope,
        "ImageFunctions",
        root=root,
        specs=[spec for spec in specs if spec.package is Package.IMAGE],
        environments=environments,
        surroundings=surroundings,
        languages=config.languages,
    )
    zips = ZipFunctions(
        scope,
        "ZipFunctions",
        root=root,
        specs=[spec for spec in specs if spec.package is Package.ZIP],
        environments=environments,
        surroundings=surroundings,
    )
    return {**images.functions, **zips.functions}
