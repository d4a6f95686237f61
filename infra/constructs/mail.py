"""How e-mail leaves."""

from __future__ import annotations

from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.outputs import output


class Mail(Construct):
    """A configuration set: over TLS or not at all, with bounces and complaints counted.

    Addresses that bounced for good, or complained, are kept off by SES's own suppression list.
    """

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, sender: str, identity: str) -> None:
        """Make the configuration set, and the sender's identity where SES does not know it.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            sender: the address that e-mails come from.
            identity: ``existing``, or what is made known: the ``address``, to which SES then writes, or its
                ``domain``, for which the outputs name the DNS records that verify it and sign its e-mails (DKIM).
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
        if identity == "existing":
            return
        of_domain = identity == "domain"
        domain = sender.rpartition("@")[2]
        made = ses.EmailIdentity(
            self,
            "Identity",
            identity=ses.Identity.domain(domain) if of_domain else ses.Identity.email(sender),
            configuration_set=self.configuration_set,
        )
        for number, record in enumerate(made.dkim_records if of_domain else [], start=1):
            output(self, f"Dkim{number}", f"{record.name} CNAME {record.value}", "For the domain's name server")
