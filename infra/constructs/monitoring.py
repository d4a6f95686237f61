"""Dashboard, alarms, and who is told of them and of the spending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.monitoring.alarms import AlarmSpec, alarms
from infra.monitoring.dashboard import Dashboard
from infra.monitoring.metrics import Watched

_BUDGET_STEPS = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))
"""Of the month's budget, in percent: when spending is told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who is told.

    Attributes:
        email: of the operator, or None for a stage that rings nowhere and so has no alarms.
        runbook: where it is written what to do: an address, or the path in the repository.
        monthly_budget_usd: spending that is told of, US dollars a month, or None.
    """

    email: str | None
    runbook: str
    monthly_budget_usd: int | None


class Monitoring(Construct):
    """The operator's view from AWS."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        key: kms.IKey,
        watched: Watched,
        log_groups: Sequence[logs.ILogGroup],
        telling: Telling,
    ) -> None:
        """Make the dashboard; with somebody to tell, also alarms, their topic and the budget.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            key: what messages on the topic are encrypted with.
            log_groups: of the functions.
        """
        super().__init__(scope, construct_id)
        self._prefix = prefix
        made: list[cloudwatch.Alarm] = []
        if telling.email is not None:
            topic = self._topic(key, telling.email)
            made = [self._alarm(spec, topic, telling.runbook) for spec in alarms(watched)]
            if telling.monthly_budget_usd is not None:
                self._budget(telling.monthly_budget_usd, topic)
        Dashboard(
            self,
            "Dashboard",
            prefix=prefix,
            watched=watched,
            alarms=made,
            log_groups=log_groups,
            runbook=telling.runbook,
        )

    def _topic(self, key: kms.IKey, email: str) -> sns.Topic:
        topic = sns.Topic(
            self,
            "Alarms",
            topic_name=f"{self._prefix}alarms",
            display_name="Docpipe",
            master_key=key,
            enforce_ssl=True,
        )
        topic.add_subscription(subscriptions.EmailSubscription(email))
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsAndBudget",
                principals=[
                    iam.ServicePrincipal("cloudwatch.amazonaws.com"),
                    iam.ServicePrincipal("budgets.amazonaws.com"),
                ],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": topic.stack.account}},
            )
        )
        return topic

    def _alarm(self, spec: AlarmSpec, topic: sns.ITopic, runbook: str) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            spec.name.title().replace("-", "").replace("_", ""),
            alarm_name=f"{self._prefix}{spec.name}",
            alarm_description=f"{spec.says} {runbook}#{spec.section}",
            metric=spec.metric,
            threshold=spec.threshold,
            comparison_operator=spec.comparison,
            evaluation_periods=spec.periods,
            datapoints_to_alarm=spec.periods,
            treat_missing_data=spec.missing,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        return alarm

    def _budget(self, monthly_usd: int, topic: sns.ITopic) -> None:
        """Spending of the whole account: telling stages apart takes tags that its owner must first activate."""
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=f"{self._prefix}monthly",
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=monthly_usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[
                        budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)
                    ],
                )
                for kind, percent in _BUDGET_STEPS
            ],
        )
