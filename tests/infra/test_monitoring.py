"""Dashboard and alarms: they look at what is really recorded, and ring when they should."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import pytest

from docpipe.metrics import DIMENSIONS, Dimension, Metric
from infra.catalogue import AT_DEPLOYMENT, FUNCTIONS, visibility_timeouts
from infra.specs import Package
from tests.infra.stack import Stack, text
from tools.preview_dashboard import PICTURE, draw, widgets_of
from tools.synthesis import ROOT

pytestmark = pytest.mark.xdist_group("synth")


AWS_METRICS = {
    "AWS/ApiGateway": ({"ApiId"}, {"Count", "Latency", "4xx", "5xx"}),
    "AWS/Lambda": ({"FunctionName"}, {"ConcurrentExecutions", "Errors", "Throttles"}),
    "AWS/RDS": (
        {"DBInstanceIdentifier"},
        {"CPUUtilization", "DatabaseConnections", "FreeStorageSpace", "ReadLatency", "WriteLatency"},
    ),
    "AWS/SQS": ({"QueueName"}, {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}),
}
"""Dimensions and names as the services' own guides list them (metrics of HTTP APIs, Lambda, RDS, SQS)."""

Series = tuple[str, str, frozenset[str]]
"""Namespace, name and the names of the dimensions."""


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.named("AWS::CloudWatch::Alarm", "AlarmName")


@cache
def recorded_in(module: str) -> frozenset[str]:
    """Metrics that the code of a module records, by name."""
    path = Path(*module.split("."))
    base = ROOT if path.parts[0] == "functions" else ROOT / "layers/shared/python"
    file = base / path.with_suffix(".py")
    tree = ast.parse((file if file.exists() else base / path / "__init__.py").read_text())
    named = {
        Metric[node.attr].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Metric"
    }
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return frozenset(named | ({Metric.MEMORY_USED, Metric.MEMORY_SHARE} if "record_memory" in called else set()))


@pytest.fixture(scope="module")
def emitted() -> dict[str, set[str]]:
    """What each function records: in its handler, and in the use cases that it imports, directly or not."""
    graph = grimp.build_graph("docpipe", "functions")
    found = {}
    for spec in FUNCTIONS:
        handler = f"functions.{spec.folder}.handler"
        reached = {
            module
            for start in graph.find_modules_directly_imported_by(handler)
            if start.startswith("docpipe.pipeline.")
            for module in {start, *graph.find_upstream_modules(start)}
            if module.startswith("docpipe.pipeline.")
        }
        found[spec.name] = set().union(*(recorded_in(module) for module in reached | {handler}))
    return found


def shown(stack: Stack) -> list[tuple[str, str, dict[str, str]]]:
    """Every metric of the dashboard: namespace, name, dimensions."""
    found = []
    for widget in widgets_of(stack.template):
        above: list[Any] = []
        for metric in widget["properties"].get("metrics", []):
            # CloudWatch's short form: "." repeats the value above.
            words = [word for word in metric if not isinstance(word, dict)]
            words = [above[i] if word == "." else word for i, word in enumerate(words)]
            if words:
                above = words
                found.append((words[0], words[1], dict(zip(words[2::2], words[3::2], strict=True))))
    return found


def searched(stack: Stack) -> list[tuple[str, str, str]]:
    """Every search of the dashboard: namespace, name, dimension beside the function."""
    expressions = [
        metric[0]["expression"]
        for widget in widgets_of(stack.template)
        for metric in widget["properties"].get("metrics", [])
        if isinstance(metric[0], dict)
    ]
    pattern = r"SEARCH\('\{([^,]+),service,(\w+)\} MetricName=\"(\w+)\"', 'Sum', \d+\)"
    matches = [re.fullmatch(pattern, expression) for expression in expressions if "SEARCH" in expression]
    assert all(matches)
    return [(match[1], match[3], match[2]) for match in matches if match]


def alarmed(stack: Stack) -> list[tuple[str, str, dict[str, str]]]:
    """Every metric of an alarm."""
    found = []
    for alarm in alarms(stack).values():
        stats = [part["MetricStat"]["Metric"] for part in alarm.get("Metrics", []) if "MetricStat" in part]
        for metric in stats or [alarm]:
            found.append(
                (
                    metric["Namespace"],
                    metric["MetricName"],
                    {each["Name"]: text(each["Value"]) for each in metric["Dimensions"]},
                )
            )
    return found


def test_what_is_shown_of_our_own_is_recorded_by_the_function_named(
    any_stack: Stack, emitted: dict[str, set[str]]
) -> None:
    namespace = text(any_stack.functions["sweep"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"])
    own = [metric for metric in shown(any_stack) + alarmed(any_stack) if not metric[0].startswith("AWS/")]
    assert len(own) > 40
    for place, name, dimensions in own:
        assert place == namespace
        by = dimensions.keys() - {"service"}
        assert name in emitted[dimensions["service"]], f"{dimensions['service']} records no {name}"
        assert (Dimension(*by) if by else None) in DIMENSIONS[Metric(name)]


def test_what_is_searched_is_recorded_so(any_stack: Stack, emitted: dict[str, set[str]]) -> None:
    namespace = text(any_stack.functions["sweep"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"])
    assert len(searched(any_stack)) >= 6
    for place, name, dimension in searched(any_stack):
        assert place == namespace
        assert Dimension(dimension) in DIMENSIONS[Metric(name)]
        assert any(name in names for names in emitted.values())


def test_every_metric_that_is_recorded_is_shown(any_stack: Stack) -> None:
    """Each costs money by the month; the used megabytes are there to size tiers with, and their share is shown."""
    seen = {name for _, name, _ in shown(any_stack)} | {name for _, name, _ in searched(any_stack)}
    assert {metric.value for metric in Metric} - seen == {"MemoryUsed"}


def test_what_is_shown_of_aws_has_the_services_own_names(any_stack: Stack) -> None:
    for namespace, name, dimensions in shown(any_stack) + alarmed(any_stack):
        if namespace.startswith("AWS/"):
            allowed, names = AWS_METRICS[namespace]
            assert dimensions.keys() == allowed
            assert name in names


def test_lanes_and_states_are_those_that_the_samples_tell_apart(any_stack: Stack) -> None:
    told = {value for _, _, dimensions in shown(any_stack) for key, value in dimensions.items() if key == "lane"}
    assert told == {queue for queue in visibility_timeouts() if queue.startswith("ocr-")}


def test_every_queue_and_function_at_work_is_on_the_dashboard(any_stack: Stack) -> None:
    seen = {value for _, _, dimensions in shown(any_stack) for value in dimensions.values()}
    assert set(any_stack.queue_ids.values()) <= seen
    ids = {text(f.get("FunctionName", "")): key for key, f in any_stack.of_type("AWS::Lambda::Function").items()}
    for name in any_stack.functions:
        assert (ids[any_stack.prefix + name] in seen) == (name not in AT_DEPLOYMENT)


def test_no_widget_overlaps_another_or_leaves_the_grid(any_stack: Stack) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets_of(any_stack.template):
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken
        taken |= cells
    bottom = max(y for _, y in taken) + 1
    assert taken == {(x, y) for x in range(24) for y in range(bottom)}


def test_the_picture_shows_the_dashboard_of_now(production: Stack) -> None:
    assert PICTURE.read_text() == draw(production.template), "run: python -m tools.preview_dashboard"


def test_the_owners_four_alarms_have_the_owners_numbers(production: Stack) -> None:
    def rings(name: str) -> tuple[Any, ...]:
        alarm = alarms(production)[name]
        lasting_s = alarm["Period"] * alarm["EvaluationPeriods"]
        assert alarm["DatapointsToAlarm"] == alarm["EvaluationPeriods"]
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
        return alarm["MetricName"], alarm["Statistic"], alarm["Threshold"], lasting_s

    for queue in visibility_timeouts():
        assert rings(f"queue-depth-{queue}") == ("ApproximateNumberOfMessagesVisible", "Maximum", 20, 15 * 60)
    assert rings("average-wait") == ("Wait", "Average", 15 * 60, 5 * 60)
    for spec in FUNCTIONS:
        if spec.package is Package.IMAGE:
            assert rings(f"worker-memory-{spec.name}") == ("MemoryShare", "Maximum", 85, 5 * 60)
    assert rings("failed-jobs") == ("FailedShare", "Maximum", 5, 60)


def test_a_single_dead_letter_rings_whichever_queue_it_is_in(production: Stack) -> None:
    for queue in visibility_timeouts():
        alarm = alarms(production)[f"dead-letters-{queue}"]
        (dimension,) = alarm["Dimensions"]
        assert text(dimension["Value"]) == f"<{production.queue_ids[queue + '-dlq']}>"
        assert (alarm["Threshold"], alarm["ComparisonOperator"], alarm["EvaluationPeriods"]) == (
            0,
            "GreaterThanThreshold",
            1,
        )


def test_silence_of_the_sweeper_rings(production: Stack) -> None:
    alarm = alarms(production)["sweeper-silent"]
    assert (alarm["MetricName"], alarm["Statistic"]) == ("Stuck", "SampleCount")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"
    assert {name for name, each in alarms(production).items() if each["TreatMissingData"] == "breaching"} == {
        "sweeper-silent"
    }


def test_every_alarm_says_for_itself_what_a_missing_value_means(production: Stack) -> None:
    assert all("TreatMissingData" in alarm for alarm in alarms(production).values())


def test_the_database_is_watched_where_there_is_one(production: Stack, hybrid: Stack) -> None:
    watched = {"database-storage", "database-cpu", "database-connections"}
    assert watched <= alarms(production).keys()
    assert not watched & alarms(hybrid).keys()


def test_every_alarm_rings_at_the_one_topic_that_the_operator_reads(any_stack: Stack) -> None:
    topics = any_stack.of_type("AWS::SNS::Topic")
    for alarm in alarms(any_stack).values():
        assert [text(action) for action in alarm["AlarmActions"]] == [f"<{topic}>" for topic in topics]
    assert len(topics) == bool(alarms(any_stack))
    for topic in topics.values():
        assert text(topic["KmsMasterKeyId"]) == f"<{any_stack.key}>"
    endpoints = [each["Endpoint"] for each in any_stack.of_type("AWS::SNS::Subscription").values()]
    assert endpoints == ["operator@docpipe.example"] * len(topics)


def test_a_stage_that_rings_nowhere_has_a_dashboard_and_no_alarms(stack: Stack) -> None:
    assert stack.of_type("AWS::CloudWatch::Dashboard")
    assert not stack.kinds & {"AWS::CloudWatch::Alarm", "AWS::SNS::Topic", "AWS::Budgets::Budget"}


def test_the_budget_tells_before_and_after_it_is_spent(production: Stack) -> None:
    (budget,) = production.of_type("AWS::Budgets::Budget").values()
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 500, "Unit": "USD"}
    told = [each["Notification"] for each in budget["NotificationsWithSubscribers"]]
    assert [(each["NotificationType"], each["Threshold"]) for each in told] == [
        ("ACTUAL", 80),
        ("ACTUAL", 100),
        ("FORECASTED", 100),
    ]
