"""The two buckets: what came in, and what was read from it."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

UPLOADS_PREFIX = "uploads/"
"""Keys of uploads; only they are announced to the intake queue."""

RESULTS_PREFIX = "documents/"
"""Keys of page images, texts and searchable PDFs."""


class Storage(Construct):
    """Private, encrypted, versioned buckets that are reached over TLS only."""

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, web_origins: Sequence[str], retain_data: bool
    ) -> None:
        """Make both buckets.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            web_origins: origins of the pages that may POST uploads.
            retain_data: whether the buckets outlive the stack. A bucket that does not must still be
                emptied by hand before the stack can be destroyed.
        """
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self._removal_policy = RemovalPolicy.RETAIN if retain_data else RemovalPolicy.DESTROY
        self.uploads = self._bucket("uploads")
        # A form post needs no header of its own; the page reads the ETag to tell that S3 has the file.
        self.uploads.add_cors_rule(
            allowed_methods=[s3.HttpMethods.POST],
            allowed_origins=list(web_origins),
            allowed_headers=["*"],
            exposed_headers=["ETag"],
            max_age=3_600,
        )
        self.results = self._bucket("results")

    def _bucket(self, name: str) -> s3.Bucket:
        """A bucket; its name carries the account number because bucket names are shared by all of AWS."""
        return s3.Bucket(
            self,
            name.capitalize(),
            bucket_name=f"{self._prefix}{name}-{Stack.of(self).account}",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            removal_policy=self._removal_policy,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                    noncurrent_version_expiration=Duration.days(30),
                )
            ],
        )

    def announce_uploads_to(self, queue: sqs.Queue) -> None:
        """Have S3 send a message to ``queue`` for each new object under ``UPLOADS_PREFIX``.

        The notification is a property of the bucket. The CDK's own way would add a function with broad
        permissions to set it after the fact, because queue policy and bucket refer to each other; here
        the policy names the bucket by its known name instead.
        """
        stack = Stack.of(self)
        bucket_arn = stack.format_arn(
            service="s3", region="", account="", resource=f"{self._prefix}uploads-{stack.account}"
        )
        granted = queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[queue.queue_arn],
                conditions={
                    "ArnEquals": {"aws:SourceArn": bucket_arn},
                    "StringEquals": {"aws:SourceAccount": stack.account},
                },
            )
        )
        bucket = self.uploads.node.default_child
        assert isinstance(bucket, s3.CfnBucket)  # noqa: S101 - narrows the type for the checker
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    queue=queue.queue_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(
                            rules=[s3.CfnBucket.FilterRuleProperty(name="prefix", value=UPLOADS_PREFIX)]
                        )
                    ),
                )
            ]
        )
        if granted.policy_dependable is not None:
            self.uploads.node.add_dependency(granted.policy_dependable)
