"""The CDK app as the emulator can carry it: the real stack, with ``tests.deploy.emulated`` applied to its template.

Run by the CDK command line in the tests. Addresses of what runs on this machine are in variables that begin
with ``EMULATED_``.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_s3_assets as assets

from infra import bundling
from infra.pipeline_stack import ROOT, add_stage
from tests.deploy.emulated import Substitutes, emulated, image_functions_as_files


def main() -> None:
    """Synthesise the stage, then put the emulator's template in the place of the real one."""
    app = cdk.App()
    # The emulator runs functions on this Python, with its packages; those for Lambda would not load.
    bundling._install_packages = lambda plan, output: None
    stack = add_stage(app)
    with tempfile.TemporaryDirectory() as folder:
        image_functions_as_files(ROOT, Path(folder))
        asset = assets.Asset(stack, "ImageFunctionsAsFiles", path=folder)
        code = stack.resolve({"S3Bucket": asset.s3_bucket_name, "S3Key": asset.s3_object_key})
        assembly = app.synth()
    substitutes = Substitutes(
        database_url=os.environ["EMULATED_DATABASE_URL"], jwks_url=os.environ["EMULATED_JWKS_URL"], image_code=code
    )
    _replace(Path(assembly.get_stack_by_name(stack.stack_name).template_full_path), substitutes)


def _replace(path: Path, substitutes: Substitutes) -> None:
    """Write the template anew, and its digest where the assembly names it: it is stored under that."""
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(json.dumps(emulated(json.loads(path.read_text()), substitutes), indent=1))
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    for file in (path.parent / "manifest.json", path.with_name(path.name.replace(".template.", ".assets."))):
        text = file.read_text()
        assert before in text, file
        file.write_text(text.replace(before, after))


if __name__ == "__main__":
    main()
