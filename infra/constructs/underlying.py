"""The resource beneath a construct of the CDK, for what the construct does not offer."""

from __future__ import annotations

from typing import TypeVar

from aws_cdk import CfnResource
from constructs import IConstruct

R = TypeVar("R", bound=CfnResource)


def underlying(construct: IConstruct | None, kind: type[R]) -> R:
    """The CloudFormation resource that a construct makes.

    Raises:
        TypeError: it makes none, or one of another kind.
    """
    resource = None if construct is None else construct.node.default_child
    if not isinstance(resource, kind):
        raise TypeError(f"{construct} makes no {kind.__name__}.")
    return resource
