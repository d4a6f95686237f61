"""Findings on what keeps data, and on the network in front of it."""

from __future__ import annotations

from infra.acknowledgements.entry import CHEAPEST, DEV, OWN_POLICY, WITH_NETWORK, Entry
from infra.profiles import Profile

_DATABASE = "Database/Instance/Resource"
_BUCKETS = "Storage/(Uploads|Results)/Resource"
_TABLES = r"Tables/\w+/Resource"
_FORGOTTEN = (
    "Holds what may be forgotten and forgets it by itself: what was sent in the past fortnight, who is connected. "
    "What must be kept is in PostgreSQL."
)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "HIPAA.Security-IAMNoInlinePolicy",
        "Network/Vpc/FlowLog/IAMRole/DefaultPolicy/Resource",
        OWN_POLICY,
        frozenset({Profile.PRODUCTION}),
    ),
    Entry(
        "HIPAA.Security-S3BucketReplicationEnabled",
        r"Storage/\w+/Resource",
        "S3 keeps every object in three zones, and versions guard against deletion. A copy in another region is a "
        "decision on where health data may lie, and so its operator's.",
    ),
    Entry(
        "HIPAA.Security-S3DefaultEncryptionKMS",
        "Storage/AccessLogs/Resource",
        "S3 delivers access logs only into buckets under its own key (Amazon S3 user guide, server access logging).",
    ),
    Entry("AwsSolutions-DDB3", _TABLES, _FORGOTTEN),
    Entry("HIPAA.Security-DynamoDBPITREnabled", _TABLES, _FORGOTTEN),
    Entry("HIPAA.Security-DynamoDBInBackupPlan", _TABLES, _FORGOTTEN),
    Entry(
        "AwsSolutions-RDS11",
        _DATABASE,
        "Another port would hide nothing: the database has no address outside its network, and one security group "
        "may connect.",
        WITH_NETWORK,
    ),
    Entry(
        "HIPAA.Security-RDSAutomaticMinorVersionUpgradeEnabled",
        _DATABASE,
        "The version is pinned in the template and raised there: RDS upgrading by itself would leave a template that "
        "asks for a downgrade.",
        WITH_NETWORK,
    ),
    Entry(
        "HIPAA.Security-RDSInBackupPlan",
        _DATABASE,
        "RDS backs up by itself, to any second of the past days (35 in production); a plan of AWS Backup would keep "
        "the same snapshots twice.",
        WITH_NETWORK,
    ),
    Entry(
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole]",
        "Database/Instance/MonitoringRole/Resource",
        "For the RDS service, which keeps the policy up to date itself; it can write to its own log group only.",
        frozenset({Profile.PRODUCTION}),
    ),
    Entry(
        "HIPAA.Security-VPCDefaultSecurityGroupClosed",
        "Network/Vpc/Resource",
        "Nothing uses the default group. Emptying it would take a function with rights over every security group.",
        WITH_NETWORK,
    ),
    Entry("AwsSolutions-VPC7", "Network/Vpc/Resource", CHEAPEST, DEV),
    Entry("HIPAA.Security-VPCFlowLogsEnabled", "Network/Vpc/Resource", CHEAPEST, DEV),
    Entry("AwsSolutions-RDS3", _DATABASE, CHEAPEST, DEV),
    Entry("AwsSolutions-RDS10", _DATABASE, CHEAPEST, DEV),
    Entry("HIPAA.Security-RDSEnhancedMonitoringEnabled", _DATABASE, CHEAPEST, DEV),
    Entry("HIPAA.Security-RDSInstanceDeletionProtectionEnabled", _DATABASE, CHEAPEST, DEV),
    Entry("HIPAA.Security-RDSMultiAZSupport", _DATABASE, CHEAPEST, DEV),
    Entry(
        "CKV_AWS_18",
        "Storage/AccessLogs/Resource",
        "The bucket of the access logs: it would log itself, and each line of the log would make another.",
    ),
    Entry(
        "CloudFormation-Validate::W9003",
        _BUCKETS,
        "CDK writes the least size of archived objects as a number where the schema has a text; CloudFormation takes "
        "either.",
    ),
)
