"""The PostgreSQL instance that holds every row of the system."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from constructs import Construct

DATABASE_NAME = "docpipe"
DATABASE_USER = "docpipe"
"""The role the functions log in as, by IAM token."""

CA_BUNDLE = "/opt/certs/rds-ca-bundle.pem"
"""Where the layer and the image hold RDS's own root certificates (``layers/shared/certs``), which signed
the instance's; the system's roots do not know them."""


class Database(Construct):
    """A small instance in the isolated subnets: encrypted, TLS only, IAM tokens instead of passwords."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        vpc: ec2.IVpc,
        clients: ec2.ISecurityGroup,
        max_connections: int,
        retain_data: bool,
    ) -> None:
        """Make the instance.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            clients: the security group that may connect.
            max_connections: connections PostgreSQL takes. The default of this instance size (its memory
                over 9,531,392, about 100) is below the functions' concurrency; an idle connection costs
                it about 2 MB.
            retain_data: whether the instance is protected and leaves a snapshot when the stack goes.
        """
        super().__init__(scope, construct_id)
        engine = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_9)
        self.instance = rds.DatabaseInstance(
            self,
            "Instance",
            instance_identifier=f"{prefix}database",
            engine=engine,
            instance_type=ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MICRO),
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            database_name=DATABASE_NAME,
            credentials=rds.Credentials.from_username("docpipe_admin"),
            manage_master_user_password=True,
            iam_authentication=True,
            ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
            parameter_group=rds.ParameterGroup(
                self,
                "Parameters",
                engine=engine,
                parameters={"max_connections": str(max_connections), "rds.force_ssl": "1"},
            ),
            storage_type=rds.StorageType.GP3,
            allocated_storage=20,
            max_allocated_storage=100,
            storage_encrypted=True,
            backup_retention=Duration.days(7),
            copy_tags_to_snapshot=True,
            auto_minor_version_upgrade=False,
            deletion_protection=retain_data,
            removal_policy=RemovalPolicy.SNAPSHOT if retain_data else RemovalPolicy.DESTROY,
        )
        self.instance.connections.allow_default_port_from(clients, "Functions query the database")

    @property
    def url(self) -> str:
        """The address with no password in it: each connection brings its own token."""
        endpoint = f"{self.instance.db_instance_endpoint_address}:{self.instance.db_instance_endpoint_port}"
        return f"postgresql://{DATABASE_USER}@{endpoint}/{DATABASE_NAME}?sslmode=verify-full&sslrootcert={CA_BUNDLE}"
