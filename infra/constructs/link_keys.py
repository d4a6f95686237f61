"""The keys that links to results are signed with: made in the stack, kept in a secret, known to CloudFront."""

from __future__ import annotations

from aws_cdk import ArnFormat, CustomResource, Duration, RemovalPolicy, SecretValue, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.encryption import Encryption

MAKER = "link_keys"
"""Name of the function that makes keys."""

_ANSWER_WITHIN = Duration.minutes(2)
"""More than the function may run. CloudFormation's own limit is an hour, also for a function that was killed."""


class LinkKeys(Construct):
    """The key of a number, which signs, and the next, which CloudFront knows before it is turned to.

    CloudFront changes no key, so that each number is a resource of its own.
    """

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, key: kms.IKey, number: int) -> None:
        """Make the secret and have keys made.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            key: what the secret is encrypted with.
            number: of the key that signs.
        """
        super().__init__(scope, construct_id)
        self._number = number
        self._maker = f"{prefix}{MAKER}"
        # Without a value: the function writes it, and CloudFormation would put its own back.
        self._secret = secretsmanager.CfnSecret(
            self, "Secret", description="Docpipe: keys that links to results are signed with", kms_key_id=key.key_arn
        )
        maker = Stack.of(self).format_arn(
            service="lambda",
            resource="function",
            resource_name=self._maker,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self._made = CustomResource(
            self,
            "Keys",
            resource_type="Custom::DocpipeLinkKeys",
            service_token=maker,
            properties={"Number": number},
            # Nothing is undone when it goes: keys go with their secret.
            removal_policy=RemovalPolicy.DESTROY,
            service_timeout=_ANSWER_WITHIN,
        )
        self._signing, following = (self._public_key(prefix, each) for each in (number, number + 1))
        self.group = cloudfront.KeyGroup(
            self, "Group", key_group_name=f"{prefix}results", items=[self._signing, following]
        )

    def _public_key(self, prefix: str, number: int) -> cloudfront.PublicKey:
        return cloudfront.PublicKey(
            self,
            f"PublicKey{number}",
            public_key_name=f"{prefix}results-{number}",
            encoded_key=self._made.get_att_string(f"PublicKey{number}"),
        )

    def made_by(self, function: lambda_.Function, encryption: Encryption) -> None:
        """Ask the function for keys once it is there, and may keep them; who signs has its own as a variable."""
        encryption.grant_variables(function, self._maker)
        encryption.grant_through(function, "secretsmanager", writing=True)
        actions = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
        function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=[self._secret.ref]))
        # A failure has been answered, and the deployment is being rolled back: a second run would meddle with it.
        function.configure_async_invoke(retry_attempts=0)
        self._made.node.add_dependency(function)

    def variables(self, url: str) -> dict[str, str]:
        """What the functions are told: who signs, and who makes keys.

        CloudFormation reads the key when it deploys, of the version that it was made in: another version is another
        value, so that a turn reaches the function that signs.

        Args:
            url: scheme and host of the distribution.
        """
        private = SecretValue.secrets_manager(
            self._secret.ref, json_field=f"key{self._number}", version_id=self._made.get_att_string("Version")
        )
        return {
            "LINKS_KEY": private.unsafe_unwrap(),
            "LINKS_KEY_ID": self._signing.public_key_id,
            "LINKS_SECRET": self._secret.ref,
            "LINKS_URL": url,
        }
