"""The findings of rule packs (cdk-nag's AwsSolutions and HIPAA.Security) that are left as they are, each with why.

Every entry names one rule and the resources it is acknowledged on, by the ends of their paths. A test fails on a
finding that no entry explains, and on an entry that no finding needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from constructs import IConstruct

from infra.catalogue import FUNCTIONS, FunctionSpec, Package
from infra.profiles import Profile

_ALL = frozenset(Profile)
_DATABASE = "Database/Instance/Resource"
_BUCKETS = "Storage/(Uploads|Results)/Resource"

_TABLES = r"Tables/\w+/Resource"
_FORGOTTEN = (
    "Holds what may be forgotten and forgets it by itself: what was sent in the past fortnight, who is connected. "
    "What must be kept is in PostgreSQL."
)

_DISTRIBUTION = "Front/Web/Distribution/Resource"
_PAGE = "Front/Web/Page/Resource"
_COPYING = r"Custom::CDKBucketDeployment\w+/Resource"
_NO_FIREWALL = (
    "A firewall costs from $8 a month at rest and stands in us-east-1 only. Production has one; here -c web_acl_arn "
    "names one."
)
_DURING_DEPLOYMENTS = (
    "Runs once in a deployment, at CloudFormation's call, and fails the deployment when it fails; it needs neither the "
    "private network nor a share of concurrency."
)
_BUILT_ANEW = "Holds the built page and nothing else: it is built anew from the repository at every deployment."

_WITH_NETWORK = frozenset({Profile.DEV, Profile.PRODUCTION})
_DEV = frozenset({Profile.DEV})

_OWN_POLICY = "The policy is made for one role and goes with it; a policy of its own could be attached to others."
_CHEAPEST = (
    "Only in the profile dev, which is the cheapest that works and holds nothing worth keeping; "
    "production has it. The profile is named by the operator."
)


def _of(specs: list[FunctionSpec], resource: str) -> str:
    """Pattern of the paths of a resource that belongs to these functions."""
    return f"(Image|Zip)Functions/({'|'.join(spec.name for spec in specs)})/{resource}"


_EVERY = list(FUNCTIONS)
_BEHIND_A_QUEUE = [spec for spec in FUNCTIONS if spec.event_sources]
_OTHERS = [spec for spec in FUNCTIONS if not spec.event_sources]
_ZIPPED = [spec for spec in FUNCTIONS if spec.package is Package.ZIP]
_INSIDE = [spec for spec in FUNCTIONS if spec.uses_database]
_OUTSIDE = [spec for spec in FUNCTIONS if not spec.uses_database]
_READING_UPLOADS = [spec for spec in FUNCTIONS if spec.folder in {"api", "intake", "ocr", "assemble", "sweep"}]
_TOUCHING_RESULTS = [spec for spec in FUNCTIONS if spec.folder in {"api", "ocr", "assemble", "sweep"}]


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

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "AwsSolutions-L1",
        _of(_ZIPPED, "Function/Resource"),
        "Image and zips run one Python, that of Debian 13 (3.13), so that tests and production cannot differ; Lambda "
        "supports it.",
    ),
    Entry(
        "AwsSolutions-IAM5[Resource::*]",
        _of(_INSIDE, "Role/Resource"),
        "Lambda's own calls for network interfaces, which cannot be named before they exist; a second statement denies "
        "them to the function's code.",
        _WITH_NETWORK,
    ),
    Entry(
        "AwsSolutions-IAM5[Resource::<{Storage/Uploads/Resource}.Arn>/uploads/*]",
        _of(_READING_UPLOADS, "Role/DefaultPolicy/Resource"),
        "Keys under one prefix of one bucket: one object a document, whose ids are not known beforehand.",
    ),
    Entry(
        "AwsSolutions-IAM5[Resource::<{Storage/Results/Resource}.Arn>/documents/*]",
        _of(_TOUCHING_RESULTS, "Role/DefaultPolicy/Resource"),
        "Keys under one prefix of one bucket: the pages and texts of documents whose ids are not known beforehand.",
    ),
    Entry(
        "HIPAA.Security-IAMNoInlinePolicy",
        _of(_EVERY, "Role/DefaultPolicy/Resource"),
        _OWN_POLICY,
    ),
    Entry("HIPAA.Security-IAMNoInlinePolicy", _of(_INSIDE, "Role/Resource"), _OWN_POLICY, _WITH_NETWORK),
    Entry(
        "HIPAA.Security-IAMNoInlinePolicy",
        "Network/Vpc/FlowLog/IAMRole/DefaultPolicy/Resource",
        _OWN_POLICY,
        frozenset({Profile.PRODUCTION}),
    ),
    Entry(
        "HIPAA.Security-LambdaConcurrency",
        _of(_BEHIND_A_QUEUE, "Function/Resource"),
        "Held by the maximum concurrency of its event sources. A reserved concurrency on top would throttle their "
        "pollers, and a throttled receive is lost time.",
    ),
    Entry(
        "HIPAA.Security-LambdaConcurrency",
        _of(_OTHERS, "Function/Resource"),
        "Production reserves concurrency. A new account may run ten environments in all and can reserve none; dev and "
        "hybrid must deploy there too.",
        frozenset({Profile.DEV, Profile.HYBRID}),
    ),
    Entry(
        "HIPAA.Security-LambdaDLQ",
        _of(_EVERY, "Function/Resource"),
        "Nothing is lost without one: work comes from queues that have dead-letter queues of their own, requests are "
        "answered with the error, and a scheduled run is made up for by the next a minute later.",
    ),
    Entry(
        "HIPAA.Security-LambdaInsideVPC",
        _of(_OUTSIDE, "Function/Resource"),
        "Has no business with the database, and calls what the network has no way to. Nothing can connect to a "
        "function from outside either way.",
    ),
    Entry(
        "HIPAA.Security-LambdaInsideVPC",
        _of(_INSIDE, "Function/Resource"),
        "The database is elsewhere in the profile hybrid: a network would only stand in the way to it.",
        frozenset({Profile.HYBRID}),
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
        _WITH_NETWORK,
    ),
    Entry(
        "HIPAA.Security-RDSAutomaticMinorVersionUpgradeEnabled",
        _DATABASE,
        "The version is pinned in the template and raised there: RDS upgrading by itself would leave a template that "
        "asks for a downgrade.",
        _WITH_NETWORK,
    ),
    Entry(
        "HIPAA.Security-RDSInBackupPlan",
        _DATABASE,
        "RDS backs up by itself, to any second of the past days (35 in production); a plan of AWS Backup would keep "
        "the same snapshots twice.",
        _WITH_NETWORK,
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
        _WITH_NETWORK,
    ),
    Entry(
        "AwsSolutions-APIG4",
        r"Live/Api/(\$default|\$disconnect|ping|sync)-Route/Resource",
        "A WebSocket API authorizes a connection as it opens ($connect), and takes no authorizer on any other route.",
    ),
    Entry(
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
        "AmazonAPIGatewayPushToCloudWatchLogs]",
        "Live/LogWriter/Resource",
        "The role is API Gateway's own, one for the account and region, and this is the policy that AWS keeps for it.",
    ),
    Entry(
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:"
        "<{Live/Api/Resource}>/ws/POST/@connections/*]",
        "ZipFunctions/deliver/Role/DefaultPolicy/Resource",
        "Connections of one API: API Gateway makes their ids as they open, so that none is known beforehand.",
    ),
    Entry("AwsSolutions-COG2", "SignIn/Users/Resource", _CHEAPEST, _DEV),
    Entry(
        "AwsSolutions-COG8",
        "SignIn/Users/Resource",
        "The plan with threat protection costs twice as much a user. Users are made by an administrator, and in "
        "production each has a second factor.",
        _WITH_NETWORK,
    ),
    Entry(
        "AwsSolutions-CFR1",
        _DISTRIBUTION,
        "Owners may travel. Who may read what is decided by their tokens, not by the country that they are in.",
    ),
    Entry("AwsSolutions-CFR2", _DISTRIBUTION, _NO_FIREWALL, frozenset({Profile.DEV, Profile.HYBRID})),
    Entry(
        "AwsSolutions-CFR3",
        _DISTRIBUTION,
        "CloudFront's access log would hold the query string, and with it the words that are searched for: health "
        "data. The API logs its requests without them, the bucket its own.",
    ),
    Entry(
        "AwsSolutions-CFR4",
        _DISTRIBUTION,
        "CloudFront's own certificate allows no choice. With a name of one's own (web_domain) TLS 1.2 is the least.",
    ),
    Entry(
        "AwsSolutions-IAM5[Resource::<{Front/Web/Page/Resource}.Arn>/*]",
        "Front/Files/Role/Resource",
        "The copying function writes and removes the files of the page; their names are made by the build.",
    ),
    Entry(
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.zip]",
        "Front/Files/Role/Resource",
        "The copying function reads the built page, and its settings, from where the CDK puts assets; the name of the "
        "latter is a digest that is known only after this policy is.",
    ),
    Entry("HIPAA.Security-IAMNoInlinePolicy", "Front/Files/Role(/DefaultPolicy)?/Resource", _OWN_POLICY),
    Entry("AwsSolutions-L1", _COPYING, "CDK's own function for copying files brings its runtime with it."),
    Entry("HIPAA.Security-LambdaConcurrency", _COPYING, _DURING_DEPLOYMENTS),
    Entry("HIPAA.Security-LambdaDLQ", _COPYING, _DURING_DEPLOYMENTS),
    Entry("HIPAA.Security-LambdaInsideVPC", _COPYING, _DURING_DEPLOYMENTS),
    Entry("HIPAA.Security-S3BucketReplicationEnabled", _PAGE, _BUILT_ANEW),
    Entry("HIPAA.Security-S3BucketVersioningEnabled", _PAGE, _BUILT_ANEW),
    Entry(
        "HIPAA.Security-S3DefaultEncryptionKMS",
        _PAGE,
        "The page is the same for everybody and no secret. Under the stage's key CloudFront would have to be given the "
        "use of it, and with it that of health data.",
    ),
    Entry(
        "AwsSolutions-IAM5[Resource::<{Storage/Uploads/Resource}.Arn>/uploads/*]",
        "Producer/Policy/Resource",
        "Keys under one prefix of one bucket: the producer names each upload by an id that it makes.",
        frozenset({Profile.HYBRID}),
    ),
    Entry("AwsSolutions-VPC7", "Network/Vpc/Resource", _CHEAPEST, _DEV),
    Entry("HIPAA.Security-VPCFlowLogsEnabled", "Network/Vpc/Resource", _CHEAPEST, _DEV),
    Entry("AwsSolutions-RDS3", _DATABASE, _CHEAPEST, _DEV),
    Entry("AwsSolutions-RDS10", _DATABASE, _CHEAPEST, _DEV),
    Entry("HIPAA.Security-RDSEnhancedMonitoringEnabled", _DATABASE, _CHEAPEST, _DEV),
    Entry("HIPAA.Security-RDSInstanceDeletionProtectionEnabled", _DATABASE, _CHEAPEST, _DEV),
    Entry("HIPAA.Security-RDSMultiAZSupport", _DATABASE, _CHEAPEST, _DEV),
    Entry(
        "CKV_AWS_18",
        "Storage/AccessLogs/Resource",
        "The bucket of the access logs: it would log itself, and each line of the log would make another.",
    ),
    Entry(
        "CKV_AWS_173",
        _COPYING,
        "CDK's own function for copying files; its one variable is the path of its certificates, which is no secret.",
    ),
    Entry(
        "CloudFormation-Validate::W9003",
        _BUCKETS,
        "CDK writes the least size of archived objects as a number where the schema has a text; CloudFormation takes "
        "either.",
    ),
)


def acknowledge(stack: Stack, profile: Profile) -> list[tuple[str, str]]:
    """Acknowledge on each resource of a stack what the entries say: to cdk-nag, and in its metadata to checkov.

    Returns:
        What was acknowledged to cdk-nag: rule and path of the resource below the stack.
    """
    below = {
        construct.node.path.removeprefix(f"{stack.node.path}/"): construct
        for construct in stack.node.find_all()
        if CfnResource.is_cfn_resource(construct)
    }
    told = []
    skipped: dict[str, list[dict[str, str]]] = {}
    for entry in ENTRIES:
        for path, construct in below.items():
            if profile not in entry.profiles or not re.fullmatch(entry.where, path):
                continue
            if entry.checkov is not None:
                skipped.setdefault(path, []).append({"id": entry.checkov, "comment": entry.reason})
            if entry.checkov != entry.rule:
                rule = re.sub(r"{(.+?)}", lambda named: _logical_id(stack, below[named[1]]), entry.rule)
                Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=entry.reason))
                told.append((rule, path))
    for path, skips in skipped.items():
        _resource(below[path]).add_metadata("checkov", {"skip": skips})
    return told


def _logical_id(stack: Stack, resource: IConstruct) -> str:
    return str(stack.resolve(_resource(resource).logical_id))


def _resource(construct: IConstruct) -> CfnResource:
    assert isinstance(construct, CfnResource)  # noqa: S101 - narrows the type for the checker
    return construct
