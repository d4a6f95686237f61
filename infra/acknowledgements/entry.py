"""A finding that stays, and what several of them have in common."""

from __future__ import annotations

from dataclasses import dataclass

from infra.profiles import Profile

_ALL = frozenset(Profile)
WITH_NETWORK = frozenset({Profile.DEV, Profile.PRODUCTION})
DEV = frozenset({Profile.DEV})

OWN_POLICY = "The policy is made for one role and goes with it; a policy of its own could be attached to others."
CHEAPEST = (
    "Only in the profile dev, which is the cheapest that works and holds nothing worth keeping; "
    "production has it. The profile is named by the operator."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding that stays.

    Attributes:
        rule: its id in cdk-nag, or in checkov where only that has it; ``{Name}`` stands for the logical id of the
            resource at the path ``Name``.
        where: pattern of the resource's path below the stack, as a whole.
        reason: why it stays.
        profiles: in which it is found.
    """

    rule: str
    where: str
    reason: str
    profiles: frozenset[Profile] = _ALL

    @property
    def checkov(self) -> str | None:
        """What checkov calls the rule, where it has it too."""
        return self.rule if self.rule.startswith("CKV_") else _CHECKOV.get(self.rule)


_CHECKOV = {
    "AwsSolutions-CFR2": "CKV_AWS_68",
    "AwsSolutions-CFR3": "CKV_AWS_86",
    "AwsSolutions-CFR4": "CKV_AWS_174",
    "AwsSolutions-IAM5[Resource::*]": "CKV_AWS_111",
    "HIPAA.Security-DynamoDBPITREnabled": "CKV_AWS_28",
    "HIPAA.Security-LambdaConcurrency": "CKV_AWS_115",
    "HIPAA.Security-LambdaDLQ": "CKV_AWS_116",
    "HIPAA.Security-LambdaInsideVPC": "CKV_AWS_117",
    "HIPAA.Security-RDSEnhancedMonitoringEnabled": "CKV_AWS_118",
    "HIPAA.Security-RDSMultiAZSupport": "CKV_AWS_157",
    "HIPAA.Security-S3BucketVersioningEnabled": "CKV_AWS_21",
}
