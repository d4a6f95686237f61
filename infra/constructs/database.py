"""The PostgreSQL instance that holds every row of the system."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk.aws_logs import ILogGroup
from constructs import Construct

from infra.constructs.underlying import underlying
from infra.profiles import DatabaseTraits

DATABASE_NAME = "docpipe"
DATABASE_USER = "docpipe"
"""The role the functions log in as, by IAM token."""

PORT = 5_432

EXPORTED_LOGS = ("postgresql", "upgrade")
"""What RDS writes to CloudWatch Logs, each into a group of its own (``server_log_groups``)."""

ADMINISTRATOR = "docpipe_admin"
"""The instance's own user. It makes ``DATABASE_USER`` on the first deployment and is not used again."""

CA_BUNDLE = "/opt/certs/rds-ca-bundle.pem"
"""Where the layer and the image hold RDS's own root certificates (``layers/shared/certs``), which signed
the instance's; the system's roots do not know them."""


def server_log_groups(prefix: str) -> dict[str, str]:
    """The names of the groups that RDS writes to, by what it writes; the names are RDS's own."""
    return {log: f"/aws/rds/instance/{prefix}database/{log}" for log in EXPORTED_LOGS}


class Database(Construct):
    """An instance in the isolated subnets: encrypted, TLS only, IAM tokens instead of passwords."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        key: kms.IKey,
        vpc: ec2.IVpc,
        clients: ec2.ISecurityGroup,
        logs: Sequence[ILogGroup],
        traits: DatabaseTraits,
        retain_data: bool,
    ) -> None:
        """Make the instance.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            key: what storage, snapshots, insights and the administrator's password are encrypted with.
            clients: the security group that may connect.
            logs: the groups of ``server_log_groups``. They must be there first, else RDS makes them itself, in
                the clear and for ever.
            retain_data: whether the instance is protected and leaves a snapshot when the stack goes.
        """
        super().__init__(scope, construct_id)
        self.instance = self._instance(f"{prefix}database", key, vpc, traits, retain_data=retain_data)
        # By number: as a reference no checker of rules can tell which port it is.
        self.instance.connections.allow_from(clients, ec2.Port.tcp(PORT), "Functions query the database")
        for log in logs:
            self.instance.node.add_dependency(log)

    def _instance(
        self, name: str, key: kms.IKey, vpc: ec2.IVpc, traits: DatabaseTraits, *, retain_data: bool
    ) -> rds.DatabaseInstance:
        engine = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_9)
        return rds.DatabaseInstance(
            self,
            "Instance",
            instance_identifier=name,
            engine=engine,
            instance_type=ec2.InstanceType(traits.instance_class),
            multi_az=traits.multi_az,
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            port=PORT,
            database_name=DATABASE_NAME,
            credentials=rds.Credentials.from_username(ADMINISTRATOR, encryption_key=key),
            manage_master_user_password=True,
            iam_authentication=True,
            ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
            parameter_group=self._parameters(engine, traits),
            storage_type=rds.StorageType.GP3,
            allocated_storage=traits.storage_gb,
            max_allocated_storage=traits.max_storage_gb,
            storage_encrypted=True,
            storage_encryption_key=key,
            backup_retention=Duration.days(traits.backup_days),
            copy_tags_to_snapshot=True,
            auto_minor_version_upgrade=False,
            cloudwatch_logs_exports=list(EXPORTED_LOGS),
            enable_performance_insights=traits.insights,
            performance_insight_encryption_key=key if traits.insights else None,
            monitoring_interval=Duration.minutes(1) if traits.insights else None,
            deletion_protection=retain_data,
            removal_policy=RemovalPolicy.SNAPSHOT if retain_data else RemovalPolicy.DESTROY,
        )

    def _parameters(self, engine: rds.IInstanceEngine, traits: DatabaseTraits) -> rds.ParameterGroup:
        """TLS only; a session that hangs in a transaction is ended; statements never reach the server's log."""
        return rds.ParameterGroup(
            self,
            "Parameters",
            engine=engine,
            parameters={
                "idle_in_transaction_session_timeout": "60000",
                "log_parameter_max_length": "0",
                "log_parameter_max_length_on_error": "0",
                # A failed statement holds values, and values are health data.
                "log_min_error_statement": "panic",
                "log_statement": "none",
                "max_connections": str(traits.max_connections),
                "rds.force_ssl": "1",
            },
        )

    @property
    def administrator_secret(self) -> str:
        """ARN of the secret that RDS itself makes, keeps and turns every seven days."""
        return underlying(self.instance, rds.CfnDBInstance).attr_master_user_secret_secret_arn

    @property
    def url(self) -> str:
        """The address with no password in it: each connection brings its own token."""
        endpoint = f"{self.instance.db_instance_endpoint_address}:{self.instance.db_instance_endpoint_port}"
        return f"postgresql://{DATABASE_USER}@{endpoint}/{DATABASE_NAME}?sslmode=verify-full&sslrootcert={CA_BUNDLE}"
