"""How e-mail leaves."""

from __future__ import annotations

from aws_cdk import aws_ses as ses
from constructs import Construct


class Mail(Construct):
    """A configuration set: over TLS or not at all, with bounces and complaints counted.

    Addresses that bounced for good, or complained, are kept off by SES's own suppression list.
    """

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str) -> None:
        """Make the configuration set.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
        """
        super().__init__(scope, construct_id)
        self.configuration_set = ses.ConfigurationSet(
            self,
            "ConfigurationSet",
            configuration_set_name=f"{prefix}mail",
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            reputation_metrics=True,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
        )
