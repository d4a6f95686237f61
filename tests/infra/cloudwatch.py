"""CloudWatch's alarms, evaluated over made-up measurements (Amazon CloudWatch user guide, "Alarm evaluation" and
"Configuring how CloudWatch alarms treat missing data").

Time is counted in minutes; the present is the end of a minute. Values of one series are aggregated over the period by
the alarm's statistic, series are put together by its expression, and the points judged as the guide says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean
from typing import Any

from tests.infra.stack import text

_LOOKED_BACK = 2
"""Points that are fetched beyond those judged, as in the guide's own examples; it does not promise how many."""

_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Average": fmean,
    "Maximum": max,
    "Minimum": min,
    "SampleCount": len,
    "Sum": sum,
}
_BREACHES: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


class State(StrEnum):
    """What an alarm says."""

    ALARM = "ALARM"
    OK = "OK"
    UNKNOWN = "INSUFFICIENT_DATA"


Series = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name, and dimensions with their values, references as ``tests.infra.stack.text`` shows them."""


def series(namespace: str, name: str, **dimensions: str) -> Series:
    return namespace, name, frozenset(dimensions.items())


@dataclass
class Measurements:
    """Everything that was recorded: minute and value, by series."""

    recorded: dict[Series, list[tuple[int, float]]] = field(default_factory=dict)

    def put(self, which: Series, values: Mapping[int, float]) -> None:
        """Record a value in each of these minutes."""
        self.recorded.setdefault(which, []).extend(values.items())

    def point(self, metric: Mapping[str, Any], statistic: str, minutes: range) -> float | None:
        """One value for a period, or None where nothing was recorded in it."""
        dimensions = {each["Name"]: text(each["Value"]) for each in metric["Dimensions"]}
        found = self.recorded.get(series(metric["Namespace"], metric["MetricName"], **dimensions), [])
        values = [value for minute, value in found if minute in minutes]
        return _STATISTICS[statistic](values) if values else None


def state_of(alarm: Mapping[str, Any], measured: Measurements, now: int) -> State:
    """What an alarm of a template says at the end of a minute."""
    parts = [part["MetricStat"] for part in alarm.get("Metrics", []) if "MetricStat" in part]
    period = (parts[0] if parts else alarm)["Period"] // 60
    count = alarm["EvaluationPeriods"]
    ends = [now - age * period for age in reversed(range(count + _LOOKED_BACK))]
    points = [_point(alarm, measured, range(end - period + 1, end + 1)) for end in ends]
    breaches = _BREACHES[alarm["ComparisonOperator"]]
    judged = [None if point is None else breaches(point, alarm["Threshold"]) for point in points]
    return judge(judged, count, alarm["DatapointsToAlarm"], alarm["TreatMissingData"])


def _point(alarm: Mapping[str, Any], measured: Measurements, minutes: range) -> float | None:
    if "Metrics" not in alarm:
        return measured.point(alarm, alarm["Statistic"], minutes)
    stats = {part["Id"]: part["MetricStat"] for part in alarm["Metrics"] if "MetricStat" in part}
    (expression,) = [part["Expression"] for part in alarm["Metrics"] if "Expression" in part]
    values = {name: measured.point(stat["Metric"], stat["Stat"], minutes) for name, stat in stats.items()}
    value: float = eval(expression, {"__builtins__": {}, "FILL": _fill, **values})
    return value


def _fill(value: float | None, instead: float) -> float:
    return instead if value is None else value


def judge(judged: Iterable[bool | None], periods: int, to_alarm: int, missing: str) -> State:
    """The state that follows from points, oldest first: breaching, not breaching, or missing (None).

    Args:
        periods, to_alarm: ``EvaluationPeriods`` and ``DatapointsToAlarm``.
        missing: ``TreatMissingData``: ``breaching``, ``notBreaching`` or ``missing``.
    """
    points = list(judged)
    there = [point for point in points if point is not None]
    if len(there) >= periods:
        # Where enough points are found further back, missing ones are not filled in.
        return State.ALARM if sum(there[-periods:]) >= to_alarm else State.OK
    if missing == "missing":
        if not there:
            return State.UNKNOWN
        if not all(there):
            return State.OK
        age = len(points) - points.index(True)
        return State.ALARM if age >= to_alarm else State.UNKNOWN
    filled = (periods - len(there)) * (missing == "breaching")
    return State.ALARM if sum(there) + filled >= to_alarm else State.OK
