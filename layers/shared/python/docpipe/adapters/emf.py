"""Metrics as lines of the log, which CloudWatch takes out of it (embedded metric format): no call, no wait."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aws_lambda_powertools.metrics import EphemeralMetrics

from docpipe.metrics import UNITS, Dimension, Metric, check_dimensions

_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""What the closed lists of states, lanes, sources and error codes hold; no sentence, address or file name is."""


class EmfMeter:
    """Writes to standard output; namespace and service come from Powertools' variables."""

    def record(self, values: Mapping[Metric, float], by: Mapping[Dimension, str] | None = None) -> None:
        """Write one line."""
        check_dimensions(values, by or {})
        line = EphemeralMetrics()
        for dimension, value in (by or {}).items():
            if _WORD.fullmatch(value) is None:
                raise ValueError(f"the value of the dimension {dimension.value} is not a word of a closed list")
            line.add_dimension(dimension.value, value)
        for metric, number in values.items():
            line.add_metric(metric.value, UNITS[metric].value, number)
        line.flush_metrics()
