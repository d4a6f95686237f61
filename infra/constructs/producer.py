"""Who may create jobs from outside: the existing API of the hybrid profile."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import HybridConfig
from infra.constructs.storage import UPLOADS_PREFIX
from infra.outputs import output

OIDC_AUDIENCE = "sts.amazonaws.com"
"""The ``aud`` that the producer's tokens are issued for: AWS's own habit for federation."""

_TOLD = "Who may write uploads and announce them: the existing API"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who vouches for the producer: the host of an OpenID Connect issuer, and the ``sub`` of its tokens."""

    host: str
    subject: str

    @classmethod
    def of(cls, hybrid: HybridConfig) -> Issuer | None:
        """The one that the operator names, or None."""
        if hybrid.producer_oidc_issuer and hybrid.producer_oidc_subject:
            return cls(host=hybrid.producer_oidc_issuer, subject=hybrid.producer_oidc_subject)
        return None


class Producer(Construct):
    """Writes uploads and announces them, and nothing else: it reads no document, and deletes none.

    A role for tokens of the producer's host where that issues any; else a user, whose access key its operator
    makes and turns: a key that a template made would stand in the stack's outputs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        uploads: s3.IBucket,
        intake: sqs.IQueue,
        key: kms.IKey,
        issuer: Issuer | None,
    ) -> None:
        """Make the role or the user.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            uploads: where files go, below ``uploads/``.
            intake: the queue that is told of files.
            key: what both are encrypted with.
        """
        super().__init__(scope, construct_id)
        self._prefix = prefix
        policy = iam.ManagedPolicy(
            self,
            "Policy",
            managed_policy_name=f"{prefix}producer",
            description="Creates jobs of Docpipe: writes uploads and announces them",
            statements=_statements(uploads, intake, key),
        )
        if issuer is None:
            self._user(policy)
        else:
            self._role(policy, issuer)

    def _user(self, policy: iam.ManagedPolicy) -> None:
        group = iam.Group(self, "Producers", group_name=f"{self._prefix}producers", managed_policies=[policy])
        user = iam.User(self, "User", user_name=f"{self._prefix}producer", groups=[group])
        output(self, "Producer", user.user_arn, _TOLD)

    def _role(self, policy: iam.ManagedPolicy, issuer: Issuer) -> None:
        provider = iam.CfnOIDCProvider(self, "Issuer", url=f"https://{issuer.host}", client_id_list=[OIDC_AUDIENCE])
        role = iam.Role(
            self,
            "Role",
            role_name=f"{self._prefix}producer",
            assumed_by=iam.WebIdentityPrincipal(
                provider.ref,
                {"StringEquals": {f"{issuer.host}:aud": OIDC_AUDIENCE, f"{issuer.host}:sub": issuer.subject}},
            ),
            managed_policies=[policy],
        )
        output(self, "Producer", role.role_arn, _TOLD)


def _statements(uploads: s3.IBucket, intake: sqs.IQueue, key: kms.IKey) -> list[iam.PolicyStatement]:
    region = Stack.of(intake).region
    through = [f"{service}.{region}.amazonaws.com" for service in ("s3", "sqs")]
    return [
        iam.PolicyStatement(actions=["s3:PutObject"], resources=[uploads.arn_for_objects(f"{UPLOADS_PREFIX}*")]),
        iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[intake.queue_arn]),
        iam.PolicyStatement(
            # Both services ask for a data key; parts of a large upload, and a queue's key, are read back too.
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=[key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": through}},
        ),
    ]
