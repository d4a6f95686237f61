"""The two buckets: what came in, and what was read from it."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import StorageConfig
from infra.constructs.underlying import underlying

UPLOADS_PREFIX = "uploads/"
"""Keys of uploads; only they are announced to the intake queue."""

RESULTS_PREFIX = "documents/"
"""Keys of page images, texts and searchable PDFs."""


_SMALLEST_ARCHIVED_BYTES = 128 * 1_024
"""Glacier Instant Retrieval bills at least so much an object (Amazon S3 pricing): less is dearer there."""


def _archival(archive_after_days: int, deep_archive_after_days: int) -> list[s3.LifecycleRule]:
    """The rule that moves objects to cheaper storage; none where both ages are 0."""
    ages = {
        s3.StorageClass.GLACIER_INSTANT_RETRIEVAL: archive_after_days,
        s3.StorageClass.DEEP_ARCHIVE: deep_archive_after_days,
    }
    transitions = [
        s3.Transition(storage_class=storage_class, transition_after=Duration.days(days))
        for storage_class, days in ages.items()
        if days
    ]
    if not transitions:
        return []
    return [s3.LifecycleRule(id="archive", object_size_greater_than=_SMALLEST_ARCHIVED_BYTES, transitions=transitions)]


class Storage(Construct):
    """Private, encrypted, versioned buckets that are reached over TLS only."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        key: kms.IKey,
        archive: StorageConfig,
        retain_data: bool,
    ) -> None:
        """Make both buckets, and one for the log of who asked for what in them.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            key: what objects are encrypted with.
            archive: when objects move to cheaper storage.
            retain_data: whether the buckets outlive the stack. A bucket that does not must still be
                emptied by hand before the stack can be destroyed.
        """
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self._removal_policy = RemovalPolicy.RETAIN if retain_data else RemovalPolicy.DESTROY
        self._key = key
        self.access_logs = self._access_logs()
        self.uploads = self._bucket("uploads", _archival(archive.archive_after_days, archive.deep_archive_after_days))
        self.results = self._bucket("results", _archival(archive.archive_after_days, 0))

    @property
    def upload_origins(self) -> list[str]:
        """Origins that upload forms lead to: with the region, and the short form of the first."""
        stack = Stack.of(self)
        return [
            f"https://{self._bucket_name('uploads')}.s3.{region}{stack.url_suffix}"
            for region in ("", f"{stack.region}.")
        ]

    @property
    def results_arn(self) -> str:
        """Of the bucket of results, by its known name: a reference may go in a circle."""
        return self._arn("results")

    def show_results_to(self, distribution_arn: str) -> None:
        """Let a distribution read results for whoever has a signed link."""
        self.results.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                actions=["s3:GetObject"],
                resources=[self.results.arn_for_objects(f"{RESULTS_PREFIX}*")],
                conditions={"StringEquals": {"aws:SourceArn": distribution_arn}},
            )
        )

    def admit(self, web_origins: Sequence[str]) -> None:
        """Let pages of these origins POST uploads.

        A form post needs no header of its own; the page reads the ETag to tell that S3 has the file.
        """
        self.uploads.add_cors_rule(
            allowed_methods=[s3.HttpMethods.POST],
            allowed_origins=list(web_origins),
            allowed_headers=["*"],
            exposed_headers=["ETag"],
            max_age=3_600,
        )

    def _bucket_name(self, name: str) -> str:
        """It carries the account number because bucket names are shared by all of AWS."""
        return f"{self._prefix}{name}-{Stack.of(self).account}"

    def _arn(self, name: str) -> str:
        return Stack.of(self).format_arn(service="s3", region="", account="", resource=self._bucket_name(name))

    def _access_logs(self) -> s3.Bucket:
        """S3 writes its log under its own key only; the names of our objects are opaque."""
        return s3.Bucket(
            self,
            "AccessLogs",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            removal_policy=self._removal_policy,
            lifecycle_rules=[
                s3.LifecycleRule(expiration=Duration.days(365), noncurrent_version_expiration=Duration.days(1))
            ],
        )

    def _bucket(self, name: str, archival: Sequence[s3.LifecycleRule]) -> s3.Bucket:
        return s3.Bucket(
            self,
            name.capitalize(),
            bucket_name=self._bucket_name(name),
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self._key,
            # One call to KMS a bucket now and then instead of one an object.
            bucket_key_enabled=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=f"{name}/",
            versioned=True,
            removal_policy=self._removal_policy,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="remnants",
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                    noncurrent_version_expiration=Duration.days(30),
                    expired_object_delete_marker=True,
                ),
                *archival,
            ],
        )

    def announce_uploads_to(self, queue: sqs.Queue) -> None:
        """Have S3 send a message to ``queue`` for each new object under ``UPLOADS_PREFIX``.

        The notification is a property of the bucket. The CDK's own way would add a function with broad
        permissions to set it after the fact, because queue policy and bucket refer to each other; here
        the policy names the bucket by its known name instead.
        """
        stack = Stack.of(self)
        granted = queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[queue.queue_arn],
                conditions={
                    "ArnEquals": {"aws:SourceArn": self._arn("uploads")},
                    "StringEquals": {"aws:SourceAccount": stack.account},
                },
            )
        )
        bucket = underlying(self.uploads, s3.CfnBucket)
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
