"""What dashboard and alarms look at: the functions' own metrics by name, and those that AWS records.

The names are those of ``docpipe.metrics``, which this package does not import; a test holds both equal,
and that the function named does record the metric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_rds as rds
from aws_cdk import aws_sqs as sqs

MINUTE = Duration.minutes(1)
FIVE_MINUTES = Duration.minutes(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The parts of a stage that are looked at.

    Attributes:
        stage: short name of the stage.
        queues, dead_letters: by the name of the queue.
        functions: by name.
        recognisers: names of the functions that read pages.
        image_functions: names of those that report their memory.
        database: None where it is not the stage's own.
        max_connections: connections that database takes; 0 without one.
        storage_gb: what it was given to begin with, GB; 0 without one.
    """

    stage: str
    queues: Mapping[str, sqs.IQueue]
    dead_letters: Mapping[str, sqs.IQueue]
    functions: Mapping[str, lambda_.IFunction]
    recognisers: Sequence[str]
    image_functions: Sequence[str]
    api: apigateway.HttpApi
    database: rds.DatabaseInstance | None
    max_connections: int
    storage_gb: int

    @property
    def namespace(self) -> str:
        """Where the functions' own metrics are."""
        return metrics_namespace(self.stage)

    @property
    def lanes(self) -> list[str]:
        """The recognition queues."""
        return [name for name in self.queues if name.startswith("ocr-")]

    def own(
        self,
        metric: str,
        function: str,
        statistic: str,
        *,
        by: Mapping[str, str] | None = None,
        label: str | None = None,
        period: Duration = FIVE_MINUTES,
    ) -> cloudwatch.Metric:
        """A metric that ``function`` records, told apart by ``by``."""
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=metric,
            dimensions_map={"service": function, **(by or {})},
            statistic=statistic,
            label=label,
            period=period,
        )

    def own_by(self, metric: str, dimension: str, *, period: Duration = FIVE_MINUTES) -> cloudwatch.IMetric:
        """Sums of a metric for each value of ``dimension``, whichever there are and whoever records them."""
        search = f"SEARCH('{{{self.namespace},service,{dimension}}} MetricName=\"{metric}\"', 'Sum', %d)"
        return cloudwatch.MathExpression(
            expression=search % period.to_seconds(), label=f"${{PROP('Dim.{dimension}')}}", period=period
        )

    def sampled(self, metric: str, by: Mapping[str, str], label: str) -> cloudwatch.MathExpression:
        """A count that the sweeper takes each minute of what there is: it records none of what there is not."""
        name = "_".join([metric[0].lower() + metric[1:], *by.values()]).replace("-", "_")
        return cloudwatch.MathExpression(
            expression=f"FILL({name}, 0)",
            using_metrics={name: self.own(metric, "sweep", "Maximum", by=by, period=MINUTE)},
            label=label,
            period=MINUTE,
        )

    def of_api(self, metric: str, statistic: str, label: str | None = None) -> cloudwatch.Metric:
        """A metric of the HTTP API's stage."""
        return cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name=metric,
            dimensions_map={"ApiId": self.api.api_id},
            statistic=statistic,
            label=label,
            period=FIVE_MINUTES,
        )


def metrics_namespace(stage: str) -> str:
    """The namespace that the functions of a stage record in."""
    return f"Docpipe/{stage}"


def depth(queue: sqs.IQueue, label: str | None = None, period: Duration = MINUTE) -> cloudwatch.Metric:
    """Messages that wait in a queue."""
    return queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=period, label=label)


def oldest(queue: sqs.IQueue, label: str) -> cloudwatch.Metric:
    """Age of a queue's oldest message, seconds."""
    return queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=MINUTE, label=label)


def total(
    metrics: Sequence[cloudwatch.IMetric], label: str | None, period: Duration = FIVE_MINUTES
) -> cloudwatch.MathExpression:
    """The sum of metrics; what has no value now counts as 0."""
    using = {f"m{number}": metric for number, metric in enumerate(metrics)}
    return cloudwatch.MathExpression(
        expression=" + ".join(f"FILL({name}, 0)" for name in using), using_metrics=using, label=label, period=period
    )
