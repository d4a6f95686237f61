"""What MiniStack cannot carry is taken out of the template here, by resource type, and nowhere else.

``docs/deploying.md`` lists the same types, each with how it is proven instead; a test holds the two together.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Template = dict[str, Any]

NOT_CARRIED: frozenset[str] = frozenset(
    {
        "AWS::ApiGatewayV2::RouteResponse",
        "AWS::Budgets::Budget",
        "AWS::CloudFront::KeyGroup",
        "AWS::CloudFront::PublicKey",
        "AWS::EC2::FlowLog",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::IAM::Group",
        "AWS::WAFv2::LoggingConfiguration",
        "Custom::CDKBucketDeployment",
    }
)
"""Types of resources that are left out."""

NOT_CARRIED_WITH: frozenset[tuple[str, str]] = frozenset({("AWS::CloudWatch::Alarm", "Metrics")})
"""Types of resources that are left out where they have a property."""

PROPERTIES_NOT_CARRIED: frozenset[tuple[str, str]] = frozenset({("AWS::IAM::User", "Groups")})
"""Properties that are left out of resources of a type: what they name is left out, too."""

ATTRIBUTES_NOT_CARRIED: frozenset[tuple[str, str]] = frozenset({("AWS::RDS::DBInstance", "MasterUserSecret.SecretArn")})
"""Attributes that the emulator's resources of a type do not have."""

_PLACEHOLDER = "not-in-the-emulator"


@dataclass(frozen=True)
class Substitutes:
    """What stands in for what is left out.

    Attributes:
        database_url: a real PostgreSQL of this machine, in place of RDS.
        jwks_url: keys that sign the tokens of the test, in place of Cognito's.
        image_code: ``Code`` of a function that holds the files of the image, in place of the image.
    """

    database_url: str
    jwks_url: str
    image_code: Mapping[str, Any]


def emulated(template: Template, substitutes: Substitutes) -> Template:
    """The template without what the emulator cannot carry; the same template gives the same one."""
    kept = {
        logical_id: resource
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] not in NOT_CARRIED
        and not any((resource["Type"], name) in NOT_CARRIED_WITH for name in resource.get("Properties", {}))
    }
    gone: set[tuple[str, str | None]] = {
        (logical_id, None) for logical_id in template["Resources"].keys() - kept.keys()
    }
    gone |= {
        (logical_id, attribute)
        for logical_id, resource in kept.items()
        for kind, attribute in ATTRIBUTES_NOT_CARRIED
        if resource["Type"] == kind
    }
    without: Template = _without(template | {"Resources": kept}, gone)
    for resource in without["Resources"].values():
        for kind, name in PROPERTIES_NOT_CARRIED:
            if resource["Type"] == kind:
                resource["Properties"].pop(name, None)
        if resource["Type"] == "AWS::Lambda::Function":
            _substitute(resource["Properties"], substitutes)
    return without


def _without(value: Any, gone: set[tuple[str, str | None]]) -> Any:
    """A value whose references to what is gone are a word, and whose dependencies on it are none.

    Args:
        gone: logical ids, each with the attribute that is gone, or None where all of the resource is.
    """
    if isinstance(value, list):
        return [_without(item, gone) for item in value]
    if not isinstance(value, dict):
        return value
    logical_id, attribute = value.get("Fn::GetAtt") or (value.get("Ref"), None)
    if (logical_id, None) in gone or (logical_id, attribute) in gone:
        return _PLACEHOLDER
    cleaned = {key: _without(item, gone) for key, item in value.items()}
    if isinstance(named := cleaned.get("DependsOn"), (list, str)):
        left = [name for name in ([named] if isinstance(named, str) else named) if (name, None) not in gone]
        cleaned |= {"DependsOn": left}
    return cleaned


def _substitute(function: Template, substitutes: Substitutes) -> None:
    """Give a function what it can reach here, and the files of the image where it was one."""
    variables = function.get("Environment", {}).get("Variables", {})
    if "DATABASE_URL" in variables:
        variables |= {"DATABASE_URL": substitutes.database_url, "DATABASE_IAM_AUTH": "false"}
    # The embedded database's login exists already.
    variables.pop("ADMINISTRATOR_SECRET", None)
    if "AUTH_JWKS_URL" in variables:
        variables["AUTH_JWKS_URL"] = substitutes.jwks_url
    if function.get("PackageType") == "Image":
        del function["PackageType"]
        (handler,) = function.pop("ImageConfig")["Command"]
        function |= {"Code": dict(substitutes.image_code), "Runtime": "python3.13", "Handler": handler}


def image_functions_as_files(root: Path, target: Path) -> None:
    """Lay out in ``target`` what the image has in its task folder, for functions that run outside of it."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(root / "layers/shared/python/docpipe", target / "docpipe", ignore=ignored)
    shutil.copytree(root / "functions", target / "functions", ignore=ignored)
