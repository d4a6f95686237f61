"""The runbook: a section an alarm, and nothing named that is not there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.infra.stack import Stack
from tools.preview_dashboard import widgets_of
from tools.synthesis import ROOT

pytestmark = pytest.mark.xdist_group("synth")

RUNBOOK = (ROOT / "docs/runbook.md").read_text()
OPENAPI = json.loads((ROOT / "docs/openapi.json").read_text())


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.named("AWS::CloudWatch::Alarm", "AlarmName")


def section_of(alarm: dict[str, Any]) -> str:
    place, _, anchor = alarm["AlarmDescription"].rpartition(" ")[2].partition("#")
    assert place == "docs/runbook.md"
    return str(anchor)


_NO_ALARMS = {"results-refused", "sending-again", "spending"}
"""Sections of the runbook for what rings nothing."""


def test_every_alarm_has_its_section_and_every_section_its_alarm(production: Stack) -> None:
    headings = re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    assert {section_of(alarm) for alarm in alarms(production).values()} == anchors - _NO_ALARMS
    assert production.of_type("AWS::Budgets::Budget")


def test_alarms_say_what_to_do_and_name_nobody(production: Stack) -> None:
    for alarm in alarms(production).values():
        says = alarm["AlarmDescription"].rpartition(" ")[0]
        assert says.endswith(".")
        assert says.count(". ") + says.count(": ") >= 1, says
        assert "@" not in says


def test_the_runbook_names_graphs_that_are_there(production: Stack) -> None:
    titles = [str(widget["properties"].get("title")) for widget in widgets_of(production.template)]
    named = {name.replace("\n", " ") for name in re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", RUNBOOK)}
    assert len(named) > 5
    assert not {name for name in named if not any(title.startswith(name) for title in titles)}


def test_the_runbook_names_routes_that_are_there() -> None:
    routes = {re.sub(r"{\w+}", "{}", path): methods for path, methods in OPENAPI["paths"].items()}
    named = re.findall(r"`(GET|POST|DELETE) (/[a-z/{}_]+)`", RUNBOOK)
    assert named
    for method, path in named:
        assert method.lower() in routes[re.sub(r"{\w+}", "{}", path)]


def test_the_runbook_names_codes_and_settings_that_are_there() -> None:
    library = "\n".join(path.read_text() for path in (ROOT / "layers/shared/python/docpipe").rglob("*.py"))
    codes = re.findall(r'code(?:: ClassVar\[str\])? = "(\w+)"', library)
    codes += re.findall(r"CONSTRAINT (\w+)", library)
    settings = [*json.loads((ROOT / "cdk.json").read_text())["context"], "monthly_budget_usd"]
    for table in ("specs", "profiles"):
        settings += re.findall(r"^    (\w+): ", (ROOT / f"infra/{table}.py").read_text(), re.MULTILINE)
    assert set(re.findall(r"`([a-z]+_[a-z_]+)`", RUNBOOK)) <= {*codes, *settings}
