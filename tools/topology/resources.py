"""Resources of a template, by type and by short name, and the references between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.synthesis import LOCAL_CONTEXT

_PREFIX = f"docpipe-{LOCAL_CONTEXT['stage']}-"
_NAMED_BY = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Lambda::Function": "FunctionName",
}
"""The property that holds the name, by type."""


class Resources:
    """Finds resources and follows what points at them."""

    def __init__(self, resources: dict[str, Any]) -> None:
        self._resources = resources
        self._names = {
            logical_id: name
            for kind, key in _NAMED_BY.items()
            for logical_id, properties in self.of_type(kind)
            if logical_id not in self._called_by_deployments()
            if (name := _short_name(properties.get(key))) is not None
        }

    def __getitem__(self, logical_id: str) -> dict[str, Any]:
        """A resource, its type included."""
        resource: dict[str, Any] = self._resources[logical_id]
        return resource

    def of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Resources of a type: their logical ids and properties."""
        for logical_id, resource in self._resources.items():
            if resource["Type"] == kind:
                yield logical_id, resource.get("Properties", {})

    def named(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Resources of a type with their short names; those without one are not the system's own."""
        for logical_id, properties in self.of_type(kind):
            if logical_id in self._names:
                yield self._names[logical_id], properties

    def referred(self, reference: dict[str, Any]) -> str:
        """Short name of the resource that ``{"Ref": …}`` or ``{"Fn::GetAtt": […]}`` points at."""
        logical_id = reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]
        return self._names[logical_id]

    def called(self, uri: dict[str, Any]) -> str:
        """The function in an address that API Gateway calls: its ARN, or a path of Lambda's API that holds it."""
        if "Fn::Join" not in uri:
            return self.referred(uri)
        (function,) = [part for part in uri["Fn::Join"][1] if "Fn::GetAtt" in part]
        return self.referred(function)

    def _called_by_deployments(self) -> set[str]:
        """Functions behind custom resources: CloudFormation calls them, and nothing here does."""
        tokens = [
            resource["Properties"].get("ServiceToken", {})
            for resource in self._resources.values()
            if resource["Type"].startswith("Custom::")
        ]
        return {token["Fn::GetAtt"][0] for token in tokens if "Fn::GetAtt" in token}


def _short_name(name: Any) -> str | None:
    """``intake`` for ``docpipe-local-intake``, also when the account number is joined to its end."""
    if isinstance(name, dict):
        name = name["Fn::Join"][1][0].removesuffix("-")
    if not isinstance(name, str) or not name.startswith(_PREFIX):
        return None
    return name.removeprefix(_PREFIX)
