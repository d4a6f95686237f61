"""A web application firewall before the distribution."""

from __future__ import annotations

from aws_cdk import Aws, CfnRule, CfnRuleAssertion, Fn
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.constructs.storage import RESULTS_PREFIX

REQUESTS_IN_FIVE_MINUTES = 2_000
"""Of one address. A page that polls ten documents and shows a hundred pages stays far below; offices share one.
Pictures and files do not count: each takes a link that the API has signed, for a request that did."""

_RESULTS = f"/{RESULTS_PREFIX}"

_MANAGED = {
    "AWSManagedRulesAmazonIpReputationList": (),
    # Batches and webhooks are longer than the 8 KB that this rule takes for an attack.
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
}
"""Groups of rules that AWS keeps, and the rules of them that only count."""

_WITHHELD = ("authorization", "cookie", "sec-websocket-protocol")
"""Headers that hold tokens; with the query, in which words are searched for, they are never logged."""


class Firewall(Construct):
    """Managed rules, and a limit to the rate of one address; what it stops is logged."""

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, log: logs.ILogGroup) -> None:
        """Make the web ACL, which AWS takes for CloudFront in us-east-1 only: elsewhere the deployment stops.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            log: where stopped requests are written; its name begins with ``aws-waf-logs-``.
        """
        super().__init__(scope, construct_id)
        CfnRule(
            self,
            "Region",
            assertions=[
                CfnRuleAssertion(
                    assert_=Fn.condition_equals(Aws.REGION, "us-east-1"),
                    assert_description="A firewall for CloudFront can be made in us-east-1 only. Deploy there, or "
                    "make a web ACL there and name it: -c web_acl_arn=…",
                )
            ],
        )
        self.acl = wafv2.CfnWebACL(
            self,
            "Acl",
            name=f"{prefix}web",
            scope="CLOUDFRONT",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible("web"),
            rules=[*(_managed(i, name) for i, name in enumerate(_MANAGED)), _rate_limit(len(_MANAGED))],
        )
        self._log_what_is_stopped(log)

    def _log_what_is_stopped(self, log: logs.ILogGroup) -> None:
        field = wafv2.CfnLoggingConfiguration.FieldToMatchProperty
        stopped = {
            "Behavior": "KEEP",
            "Requirement": "MEETS_ANY",
            "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}],
        }
        logging = wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            log_destination_configs=[log.log_group_arn],
            redacted_fields=[field(query_string={}), *(field(single_header={"Name": name}) for name in _WITHHELD)],
            logging_filter={"DefaultBehavior": "DROP", "Filters": [stopped]},
        )
        logging.node.add_dependency(log)


def _managed(priority: int, name: str) -> wafv2.CfnWebACL.RuleProperty:
    counted = [
        wafv2.CfnWebACL.RuleActionOverrideProperty(
            name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
        )
        for rule in _MANAGED[name]
    ]
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS", name=name, rule_action_overrides=counted or None
            )
        ),
        visibility_config=_visible(name),
    )


def _rate_limit(priority: int) -> wafv2.CfnWebACL.RuleProperty:
    statement = wafv2.CfnWebACL.StatementProperty
    results = wafv2.CfnWebACL.ByteMatchStatementProperty(
        field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
        positional_constraint="STARTS_WITH",
        search_string=_RESULTS,
        text_transformations=[wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")],
    )
    return wafv2.CfnWebACL.RuleProperty(
        name="RateOfOneAddress",
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=statement(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                limit=REQUESTS_IN_FIVE_MINUTES,
                aggregate_key_type="IP",
                scope_down_statement=statement(
                    not_statement=wafv2.CfnWebACL.NotStatementProperty(
                        statement=statement(byte_match_statement=results)
                    )
                ),
            )
        ),
        visibility_config=_visible("RateOfOneAddress"),
    )


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    """Counted as a metric; sampled requests are off, as they would show queries."""
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
