"""The template as CloudFormation's own rules see it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cfnlint import ManualArgs, lint  # type: ignore[import-untyped]

from tests.infra.stack import Stack

pytestmark = pytest.mark.xdist_group("synth")


def test_cloudformation_finds_no_fault(any_stack: Stack, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    template.write_text(json.dumps(any_stack.template))
    faults = lint(template.read_text(), config=ManualArgs(regions=["us-east-1"]))
    assert [f"{fault.rule.id} {fault.message}" for fault in faults] == []
