"""The CDK app: ``cdk synth``, ``cdk deploy`` and ``cdk destroy`` run this file."""

from __future__ import annotations

import sys

import aws_cdk as cdk
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks

from infra.config import ConfigError
from infra.pipeline_stack import add_stage


def main() -> None:
    """Synthesise the stage that the context describes, and hold it to the rule packs.

    It ends with one sentence when the context is wrong, and with the findings when one is not acknowledged
    (``infra/acknowledgements``).
    """
    app = cdk.App()
    try:
        add_stage(app)
        Validations.of(app).add_plugins(AwsSolutionsChecks(app), HIPAASecurityChecks(app))
    except ConfigError as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
