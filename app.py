"""The CDK app: ``cdk synth``, ``cdk deploy`` and ``cdk destroy`` run this file."""

from __future__ import annotations

import sys

import aws_cdk as cdk

from infra.config import ConfigError
from infra.pipeline_stack import add_stage


def main() -> None:
    """Synthesise the stage that the context describes; end with one sentence when the context is wrong."""
    app = cdk.App()
    try:
        add_stage(app)
    except ConfigError as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
