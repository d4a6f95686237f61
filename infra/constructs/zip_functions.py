"""The small functions: Python files of one folder each, and a layer with the library they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.bundling import BundlePlan, bundling
from infra.constructs.lambda_function import ARCHITECTURE, Code, LambdaFunction, Surroundings
from infra.specs import FunctionSpec

RUNTIME = lambda_.Runtime.PYTHON_3_13

_BYTECODE = ["**/__pycache__", "**/*.pyc"]


class ZipFunctions(Construct):
    """The shared layer and its functions."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        root: Path,
        specs: Sequence[FunctionSpec],
        environments: Mapping[str, Mapping[str, str]],
        surroundings: Surroundings,
    ) -> None:
        """Make the layer and a function for each of ``specs``.

        Args:
            root: the repository.
            environments: environment variables, by function name.
        """
        super().__init__(scope, construct_id)
        self._root = root
        layer = self._layer(surroundings.prefix)
        self.functions: dict[str, lambda_.Function] = {
            spec.name: LambdaFunction(
                self,
                spec.name,
                spec=spec,
                code=Code(code=self._code(spec), runtime=RUNTIME, handler=spec.handler, layers=[layer]),
                environment=environments[spec.name],
                surroundings=surroundings,
            ).function
            for spec in specs
        }

    def _layer(self, prefix: str) -> lambda_.LayerVersion:
        """The library, with the packages that all of the functions need."""
        plan = BundlePlan(
            root=self._root,
            files=["layers/shared/python/docpipe", "layers/shared/certs"],
            strip="layers/shared",
            requirements="layers/shared/requirements.txt",
            packages_folder="python",
        )
        return lambda_.LayerVersion(
            self,
            "Shared",
            layer_version_name=f"{prefix}shared",
            description="The docpipe library and what it runs with",
            code=lambda_.Code.from_asset(
                str(self._root / "layers/shared"),
                exclude=_BYTECODE,
                ignore_mode=IgnoreMode.GIT,
                bundling=bundling(plan),
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )

    def _code(self, spec: FunctionSpec) -> lambda_.Code:
        """The function's folder, at the same module path as in the repository.

        A folder with requirements of its own, beyond those of the layer, gets them beside ``functions``.
        """
        folder = f"functions/{spec.folder}"
        requirements = f"{folder}/requirements.txt"
        plan = BundlePlan(
            root=self._root,
            files=["functions/__init__.py", folder],
            strip="",
            requirements=requirements,
            packages_folder="",
        )
        return lambda_.Code.from_asset(
            str(self._root),
            exclude=["/*", "!/functions", "/functions/*", "!/functions/__init__.py", f"!/{folder}", *_BYTECODE],
            ignore_mode=IgnoreMode.GIT,
            bundling=bundling(plan) if (self._root / requirements).exists() else None,
        )
