"""The committed extract that the one-machine runtime reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.stack import Stack
from tools.export_topology import TOPOLOGY, render, topology_of

pytestmark = pytest.mark.xdist_group("synth")


@pytest.fixture(scope="module")
def topology() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(TOPOLOGY.read_text())
    return read


def test_the_committed_file_is_what_the_stack_gives_now(stack: Stack) -> None:
    assert TOPOLOGY.read_text() == render(stack.template), "run: python -m tools.export_topology"


def test_the_text_does_not_depend_on_the_order_of_resources(stack: Stack) -> None:
    resources = stack.template["Resources"]
    backwards = {**stack.template, "Resources": {key: resources[key] for key in reversed(resources)}}
    assert render(backwards) == render(stack.template)


def test_no_reference_of_cloudformation_is_left(stack: Stack) -> None:
    written = render(stack.template)
    assert not [word for word in ("Fn::", '"Ref"', "AWS::", "Token[") if word in written]


def test_every_event_source_names_a_queue_and_every_placeholder_a_bucket(topology: dict[str, Any]) -> None:
    for function in topology["functions"].values():
        for source in function["event_sources"]:
            assert source["queue"] in topology["queues"]
        for value in function["environment"].values():
            if value.startswith("${bucket:"):
                assert value.removeprefix("${bucket:").removesuffix("}") in topology["buckets"]


def test_schedules_are_extracted_in_seconds(topology: dict[str, Any]) -> None:
    scheduled = {name: function["schedule_s"] for name, function in topology["functions"].items()}
    assert {name for name, seconds in scheduled.items() if seconds == 60} == {"dead_letter", "sweep"}
    assert set(scheduled.values()) == {None, 60}


def test_the_front_door_leads_to_the_api(topology: dict[str, Any]) -> None:
    assert topology["http_api"] == {
        "function": "api",
        "routes": ["DELETE /{proxy+}", "GET /{proxy+}", "PATCH /{proxy+}", "POST /{proxy+}"],
        "authorizer": {"function": "authorizer", "results_s": 60},
        "cors": {
            "allowed_origins": ["http://localhost:*", "http://127.0.0.1:*"],
            "allowed_methods": ["GET", "POST", "PATCH", "DELETE"],
            "allowed_headers": ["authorization", "content-type", "idempotency-key"],
            "exposed_headers": ["retry-after"],
        },
    }


def test_resources_outside_the_naming_scheme_are_left_out(stack: Stack) -> None:
    stranger = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "somebody-elses-queue"}}
    template = {**stack.template, "Resources": {**stack.template["Resources"], "Stranger": stranger}}
    assert topology_of(template) == topology_of(stack.template)
