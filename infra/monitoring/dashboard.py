"""The dashboard an operator opens at night: is it healthy, and if not, where does it stand still."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.monitoring.metrics import Watched
from infra.monitoring.sections import Graph, documents, numbers, sections

_WIDTH = 24
"""Units of CloudWatch's grid, in which every row fills the page."""

_ALARMS_A_LINE = 6
"""Alarms that stand beside each other in a widget of the whole width."""


class Dashboard(Construct):
    """One dashboard a stage."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        watched: Watched,
        alarms: Sequence[cloudwatch.IAlarm],
        log_groups: Sequence[logs.ILogGroup],
        runbook: str,
    ) -> None:
        """Make the dashboard.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            alarms: shown on top; none where the stage has none.
            log_groups: where the newest errors are looked up.
            runbook: where it is written what to do.
        """
        super().__init__(scope, construct_id)
        self._board = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"{prefix}operations",
            default_interval=Duration.hours(3),
            period_override=cloudwatch.PeriodOverride.INHERIT,
        )
        self._heading(
            f"# Docpipe {watched.stage}: is it healthy?\n"
            f"The numbers below are 0 when it is, and sweeps are 5. What to do about another: {runbook}",
            height=2,
        )
        self._row(numbers(watched), height=3)
        if alarms:
            self._alarms(alarms)
        self._row(documents(watched))
        for section in sections(watched):
            self._heading(f"## {section.heading}")
            for row in section.rows:
                self._row(row)
        self._errors(log_groups)

    def _heading(self, markdown: str, height: int = 1) -> None:
        self._board.add_widgets(cloudwatch.TextWidget(markdown=markdown, width=_WIDTH, height=height))

    def _row(self, graphs: Sequence[Graph], height: int = 6) -> None:
        """Graphs of the same size beside each other."""
        self._board.add_widgets(*(_widget(graph, _WIDTH // len(graphs), height) for graph in graphs))

    def _alarms(self, alarms: Sequence[cloudwatch.IAlarm]) -> None:
        self._board.add_widgets(
            cloudwatch.AlarmStatusWidget(
                title="Alarms, the last to change first",
                alarms=list(alarms),
                sort_by=cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
                width=_WIDTH,
                height=2 + -(-len(alarms) // _ALARMS_A_LINE),
            )
        )

    def _errors(self, log_groups: Sequence[logs.ILogGroup]) -> None:
        self._heading("## Newest warnings and errors of all functions")
        self._board.add_widgets(
            cloudwatch.LogQueryWidget(
                title="Warnings and errors",
                log_group_names=[group.log_group_name for group in log_groups],
                query_lines=[
                    "fields @timestamp, service, level, message, code, document_id, exception_name",
                    "filter level in ['WARNING', 'ERROR', 'CRITICAL']",
                    "sort @timestamp desc",
                    "limit 25",
                ],
                width=_WIDTH,
                height=8,
            )
        )


def _widget(graph: Graph, width: int, height: int) -> cloudwatch.ConcreteWidget:
    if graph.as_number:
        return cloudwatch.SingleValueWidget(
            title=graph.title, metrics=list(graph.metrics), width=width, height=height, sparkline=True
        )
    lines = [] if graph.threshold is None else [_line(*graph.threshold)]
    return cloudwatch.GraphWidget(
        title=graph.title,
        left=list(graph.metrics),
        right=list(graph.right) or None,
        left_annotations=lines or None,
        left_y_axis=cloudwatch.YAxisProps(min=0, max=graph.most, label=graph.unit, show_units=False),
        right_y_axis=cloudwatch.YAxisProps(min=0, show_units=False) if graph.right else None,
        stacked=graph.stacked,
        width=width,
        height=height,
    )


def _line(value: float, label: str) -> cloudwatch.HorizontalAnnotation:
    return cloudwatch.HorizontalAnnotation(value=value, label=label, color=cloudwatch.Color.RED)
