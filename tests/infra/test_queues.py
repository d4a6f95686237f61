"""Queues, their dead-letter queues, and what they set off."""

from __future__ import annotations

import re

import pytest

from docpipe.domain import lanes
from docpipe.domain.attempts import MAX_ATTEMPTS, capacity_wait_s
from docpipe.pipeline import sweep
from docpipe.pipeline.deliver import IN_PROGRESS_WAIT_S
from infra.catalogue import FUNCTIONS
from local.processes import PROJECT_ROOT
from tests.infra.stack import Stack, referred

pytestmark = pytest.mark.xdist_group("synth")

each_queue = pytest.mark.parametrize("queue", lanes.WORK_QUEUES)
LONG_WORK = [queue for queue in lanes.WORK_QUEUES if queue not in (lanes.EVENTS, lanes.DELIVERIES)]


def consumers(stack: Stack, queue: str) -> list[str]:
    return [spec.name for spec in FUNCTIONS if queue in stack.event_sources(spec.name)]


def test_the_queues_are_those_the_library_sends_to(stack: Stack) -> None:
    assert set(stack.queues) == {
        name for queue in lanes.WORK_QUEUES for name in (queue, lanes.dead_letter_queue(queue))
    }


@each_queue
def test_each_queue_gives_up_to_its_own_dead_letter_queue(stack: Stack, queue: str) -> None:
    redrive = stack.queues[queue]["RedrivePolicy"]
    assert referred(redrive["deadLetterTargetArn"]) == stack.queue_ids[lanes.dead_letter_queue(queue)]
    assert "RedrivePolicy" not in stack.queues[lanes.dead_letter_queue(queue)]


@each_queue
def test_the_receive_count_leaves_the_attempts_to_the_database(stack: Stack, queue: str) -> None:
    """Three attempts fit below it, and refusals for want of capacity as long as a database may be away."""
    receives = stack.queues[queue]["RedrivePolicy"]["maxReceiveCount"]
    assert receives == 20 > MAX_ATTEMPTS
    assert sum(capacity_wait_s(received) for received in range(1, receives - MAX_ATTEMPTS)) > 2 * 3_600


@pytest.mark.parametrize("queue", [lanes.DELIVERIES, lanes.WEBHOOKS])
def test_a_delivery_outlasts_the_invocation_that_died_with_it(stack: Stack, queue: str) -> None:
    """Thrice over: what a throttling service refuses uses receives up as well."""
    (function,) = consumers(stack, queue)
    receives = stack.queues[queue]["RedrivePolicy"]["maxReceiveCount"]
    assert IN_PROGRESS_WAIT_S * (receives - 1) >= 3 * stack.functions[function]["Timeout"]


@pytest.mark.parametrize("queue", [queue for queue in LONG_WORK if queue.startswith("ocr-")])
def test_a_chunk_is_announced_again_for_as_long_as_its_message_stays_hidden(stack: Stack, queue: str) -> None:
    """For less, chunks would wait on; for longer, two messages would tell of one."""
    assert stack.queues[queue]["VisibilityTimeout"] == sweep._HIDDEN_S


@each_queue
def test_a_dead_letter_waits_a_week_for_an_operator_however_old_it_came(stack: Stack, queue: str) -> None:
    kept = stack.queues[lanes.dead_letter_queue(queue)]["MessageRetentionPeriod"]
    assert kept - stack.queues[queue]["MessageRetentionPeriod"] >= 7 * 86_400
    assert stack.queues[queue]["MessageRetentionPeriod"] < sweep._LOST_S


@each_queue
def test_one_function_takes_from_each_queue_within_its_visibility_timeout(stack: Stack, queue: str) -> None:
    (function,) = consumers(stack, queue)
    assert stack.queues[queue]["VisibilityTimeout"] >= stack.functions[function]["Timeout"]


@each_queue
def test_one_failed_message_does_not_bring_back_its_batch(stack: Stack, queue: str) -> None:
    (function,) = consumers(stack, queue)
    assert stack.event_sources(function)[queue]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("queue", LONG_WORK)
def test_long_work_comes_one_message_at_a_time_and_at_once(stack: Stack, queue: str) -> None:
    (function,) = consumers(stack, queue)
    source = stack.event_sources(function)[queue]
    assert source["BatchSize"] == 1
    assert source.get("MaximumBatchingWindowInSeconds", 0) == 0


@pytest.mark.parametrize(
    ("queue", "environments"),
    [
        ("intake", 10),
        ("ocr-small", 40),
        ("ocr-medium", 20),
        ("ocr-large", 20),
        ("assemble", 10),
        ("events", 5),
        ("deliveries", 10),
        ("webhooks", 20),
    ],
)
def test_each_lane_is_held_to_its_share(stack: Stack, queue: str, environments: int) -> None:
    (function,) = consumers(stack, queue)
    assert stack.event_sources(function)[queue]["ScalingConfig"] == {"MaximumConcurrency": environments}


@pytest.mark.parametrize("lane", [lane for lane in lanes.LANES if lane.priority], ids=lambda lane: lane.queue)
def test_a_priority_lane_has_half_as_many_environments_on_top(stack: Stack, lane: lanes.Lane) -> None:
    common = lanes.Lane(lane.tier, priority=False).queue
    (function,) = consumers(stack, lane.queue)
    sources = stack.event_sources(function)
    shares = [sources[queue]["ScalingConfig"]["MaximumConcurrency"] for queue in (lane.queue, common)]
    assert shares[0] * 2 == shares[1]


def test_the_manual_says_how_many_connections_a_database_elsewhere_gets(hybrid: Stack) -> None:
    environments = sum(
        mapping["ScalingConfig"]["MaximumConcurrency"]
        for spec in FUNCTIONS
        if spec.uses_database
        for mapping in hybrid.event_sources(spec.name).values()
    )
    assert f"up to {environments} of those that queues set off" in (PROJECT_ROOT / "docs/hybrid.md").read_text()


def test_the_database_has_a_connection_for_every_environment(stack: Stack) -> None:
    inside = [spec for spec in FUNCTIONS if spec.uses_database]
    environments = sum(
        mapping["ScalingConfig"]["MaximumConcurrency"]
        for spec in inside
        for mapping in stack.event_sources(spec.name).values()
    )
    (parameters,) = stack.of_type("AWS::RDS::DBParameterGroup").values()
    without_queue = [spec for spec in inside if not spec.event_sources]
    assert int(parameters["Parameters"]["max_connections"]) >= environments + 5 * len(without_queue)


@pytest.mark.parametrize("queue", [name for q in lanes.WORK_QUEUES for name in (q, lanes.dead_letter_queue(q))])
def test_every_queue_is_encrypted_and_refuses_plain_http(stack: Stack, queue: str) -> None:
    assert referred(stack.queues[queue]["KmsMasterKeyId"]) == stack.key
    (policy,) = [
        policy["PolicyDocument"]["Statement"]
        for policy in stack.of_type("AWS::SQS::QueuePolicy").values()
        if [referred(url) for url in policy["Queues"]] == [stack.queue_ids[queue]]
    ]
    denied = [statement for statement in policy if statement["Effect"] == "Deny"]
    assert [statement["Condition"] for statement in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
    assert denied[0]["Action"] == "sqs:*"


def test_the_manual_says_what_concurrency_an_account_needs(production: Stack) -> None:
    mappings = production.of_type("AWS::Lambda::EventSourceMapping").values()
    by_queues = sum(mapping["ScalingConfig"]["MaximumConcurrency"] for mapping in mappings)
    reserved = sum(function.get("ReservedConcurrentExecutions", 0) for function in production.functions.values())
    told = (PROJECT_ROOT / "docs/deploying.md").read_text()
    assert f"together may use {by_queues}; `production` also reserves {reserved} " in told
    # Lambda keeps 100 for functions that reserve nothing, and those of the queues are among them.
    assert reserved + max(100, by_queues) <= 1_000


def test_the_runbook_moves_dead_letters_back_to_where_they_came_from(production: Stack) -> None:
    """By name: of messages that functions gave up themselves SQS does not know it."""
    runbook = (PROJECT_ROOT / "docs/runbook.md").read_text()
    (command,) = re.findall(r"aws sqs start-message-move-task(?:.*\\\n)+.*", runbook)
    source, destination = (
        re.search(rf"--{end}-arn arn:aws:sqs:REGION:ACCOUNT:docpipe-\$STAGE-(\S+)", command)
        for end in ("source", "destination")
    )
    assert source is not None
    assert destination is not None
    target = production.queues[destination[1]]["RedrivePolicy"]["deadLetterTargetArn"]
    assert referred(target) == production.queue_ids[source[1]]
