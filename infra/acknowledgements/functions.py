"""Findings on the functions, and on who else has a role."""

from __future__ import annotations

from infra.acknowledgements.entry import OWN_POLICY, WITH_NETWORK, Entry
from infra.catalogue import functions_of
from infra.profiles import Profile
from infra.specs import FunctionSpec, Package


def _of(specs: list[FunctionSpec], resource: str) -> str:
    """Pattern of the paths of a resource that belongs to these functions."""
    return f"(Image|Zip)Functions/({'|'.join(spec.name for spec in specs)})/{resource}"


_EVERY = list(functions_of(own_page=True))
_BEHIND_A_QUEUE = [spec for spec in _EVERY if spec.event_sources]
_OTHERS = [spec for spec in _EVERY if not spec.event_sources]
_ZIPPED = [spec for spec in _EVERY if spec.package is Package.ZIP]
_INSIDE = [spec for spec in _EVERY if spec.uses_database]
_OUTSIDE = [spec for spec in _EVERY if not spec.uses_database]
_READING_UPLOADS = [spec for spec in _EVERY if spec.folder in {"api", "intake", "ocr", "assemble", "sweep"}]
_TOUCHING_RESULTS = [spec for spec in _EVERY if spec.folder in {"api", "ocr", "assemble", "sweep"}]

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
        WITH_NETWORK,
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
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]",
        _of([spec for spec in _EVERY if spec.name == "deliver"], "Role/DefaultPolicy/Resource"),
        "The statement's condition allows one sender. SES asks for the identity that it knows the sender by, which may "
        "be its domain or one above, and in its sandbox for that of each recipient as well.",
    ),
    Entry(
        "HIPAA.Security-IAMNoInlinePolicy",
        _of(_EVERY, "Role/DefaultPolicy/Resource"),
        OWN_POLICY,
    ),
    Entry("HIPAA.Security-IAMNoInlinePolicy", _of(_INSIDE, "Role/Resource"), OWN_POLICY, WITH_NETWORK),
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
        "AwsSolutions-IAM5[Resource::<{Storage/Uploads/Resource}.Arn>/uploads/*]",
        "Producer/Policy/Resource",
        "Keys under one prefix of one bucket: the producer names each upload by an id that it makes.",
        frozenset({Profile.HYBRID}),
    ),
)
