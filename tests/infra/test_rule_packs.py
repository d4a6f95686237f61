"""cdk-nag's AwsSolutions and HIPAA.Security on every profile: no finding that is not explained, no explanation
that nothing needs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from infra.profiles import Profile
from tools.synthesis import PROFILE_CONTEXTS, ROOT

pytestmark = pytest.mark.xdist_group("synth")

Finding = tuple[str, str]
"""Rule and path of the resource below the stack."""


def synthesise(profile: Profile, outdir: Path, *, acknowledged: bool) -> tuple[set[Finding], list[Finding]]:
    """What the rule packs and CloudFormation's own checks find, and what was acknowledged."""
    import aws_cdk as cdk
    from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks

    from infra.acknowledgements import acknowledge
    from infra.config import StageConfig
    from infra.pipeline_stack import PipelineStack

    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = cdk.App(outdir=str(outdir), context={**context, **PROFILE_CONTEXTS[profile], "aws:cdk:bundling-stacks": []})
    config = StageConfig.from_context(app.node)
    stack = PipelineStack(app, f"docpipe-{config.stage}", config=config)
    told = acknowledge(stack, profile) if acknowledged else []
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), HIPAASecurityChecks(app))
    try:
        app.synth()
    except Exception:  # noqa: BLE001 - jsii knows one type for all errors; what was found stands in the report
        assert (outdir / "validation-report.json").exists()
    return set(_findings(json.loads((outdir / "validation-report.json").read_text()))), told


def _findings(report: dict[str, Any]) -> list[Finding]:
    return [
        (
            rule if re.match("AwsSolutions|HIPAA", rule) else f"CloudFormation-Validate::{rule}",
            found["constructPath"].partition("/")[2],
        )
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for rule in [violation["ruleName"]]
        for found in violation["violatingConstructs"]
    ]


@pytest.fixture(scope="module")
def acknowledged(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Profile], tuple[set[Finding], list[Finding]]]:
    return cache(lambda profile: synthesise(profile, tmp_path_factory.mktemp("nag"), acknowledged=True))


@pytest.mark.parametrize("profile", list(Profile))
def test_no_finding_is_left_unexplained(
    profile: Profile, acknowledged: Callable[[Profile], tuple[set[Finding], list[Finding]]]
) -> None:
    found, _ = acknowledged(profile)
    assert sorted(found) == []


@pytest.mark.parametrize("profile", list(Profile))
def test_nothing_is_explained_that_no_rule_finds(
    profile: Profile,
    acknowledged: Callable[[Profile], tuple[set[Finding], list[Finding]]],
    tmp_path: Path,
) -> None:
    _, told = acknowledged(profile)
    found, _ = synthesise(profile, tmp_path, acknowledged=False)
    assert {rule.partition("-")[0] for rule, _ in found} == {"AwsSolutions", "HIPAA.Security", "CloudFormation"}
    assert sorted(set(told) - found) == []
    assert len(told) == len(set(told))


def test_every_reason_is_a_sentence_of_its_own_weight() -> None:
    from infra.acknowledgements import ENTRIES

    for entry in ENTRIES:
        assert entry.reason.endswith(".")
        assert len(entry.reason) > 60, entry.rule
        assert entry.where != ".*"
