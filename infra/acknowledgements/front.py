"""Findings on what the browser speaks to: distribution, page, sign-in and WebSocket."""

from __future__ import annotations

from infra.acknowledgements.entry import CHEAPEST, DEV, OWN_POLICY, WITH_NETWORK, Entry
from infra.profiles import Profile

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

_LINK_KEYS = "Front/LinkKeys/Secret"
_TURNED = (
    "Its keys are turned by a deployment (link_key), as CloudFront and the function that signs must learn of them: "
    "Secrets Manager alone cannot turn them. A link that one has signed is good for an hour."
)

ENTRIES: tuple[Entry, ...] = (
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
    Entry("AwsSolutions-COG2", "SignIn/Users/Resource", CHEAPEST, DEV),
    Entry(
        "AwsSolutions-COG8",
        "SignIn/Users/Resource",
        "The plan with threat protection costs twice as much a user. Users are made by an administrator, and in "
        "production each has a second factor.",
        WITH_NETWORK,
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
    Entry("HIPAA.Security-IAMNoInlinePolicy", "Front/Files/Role(/DefaultPolicy)?/Resource", OWN_POLICY),
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
        "AwsSolutions-SMG4",
        _LINK_KEYS,
        _TURNED,
    ),
    Entry("HIPAA.Security-SecretsManagerRotationEnabled", _LINK_KEYS, _TURNED),
    Entry(
        "CKV_AWS_173",
        _COPYING,
        "CDK's own function for copying files; its one variable is the path of its certificates, which is no secret.",
    ),
)
