"""The synthesised stack as the tests ask about it: resources by kind and by short name, policies by function."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Properties = dict[str, Any]


@dataclass(frozen=True)
class Statement:
    """One statement of an IAM policy, its resources as text in which references show as logical ids."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Properties


@dataclass(frozen=True)
class Stack:
    """A template and the folder of its staged assets."""

    template: Properties
    outdir: Path
    prefix: str

    @property
    def kinds(self) -> set[str]:
        """The types of all resources."""
        return {resource["Type"] for resource in self.template["Resources"].values()}

    def of_type(self, kind: str) -> dict[str, Properties]:
        """Properties of the resources of a type, by logical id."""
        resources = self.template["Resources"]
        return {key: value.get("Properties", {}) for key, value in resources.items() if value["Type"] == kind}

    def named(self, kind: str, name_property: str) -> dict[str, Properties]:
        """Properties of the resources of a type that have a name, by it without the stage's prefix."""
        by_name = {
            text(properties[name_property]): properties
            for properties in self.of_type(kind).values()
            if name_property in properties
        }
        return {name.removeprefix(self.prefix): properties for name, properties in by_name.items()}

    @cached_property
    def functions(self) -> dict[str, Properties]:
        return self.named("AWS::Lambda::Function", "FunctionName")

    @cached_property
    def queues(self) -> dict[str, Properties]:
        return self.named("AWS::SQS::Queue", "QueueName")

    @cached_property
    def queue_ids(self) -> dict[str, str]:
        """Logical ids of the queues, by name."""
        queues = self.of_type("AWS::SQS::Queue")
        return {queue["QueueName"].removeprefix(self.prefix): logical_id for logical_id, queue in queues.items()}

    @property
    def key(self) -> str:
        """Logical id of the one key."""
        (key,) = self.of_type("AWS::KMS::Key")
        return key

    def dependencies(self, logical_id: str) -> set[str]:
        """Everything that must be there before a resource, by logical id."""
        found: set[str] = set()
        waiting = [logical_id]
        while waiting:
            resource = self.template["Resources"].get(waiting.pop(), {})
            named = resource.get("DependsOn", [])
            needed = set([named] if isinstance(named, str) else named) | _references(resource.get("Properties"))
            waiting += needed - found
            found |= needed
        return found

    def bucket(self, name: str) -> Properties:
        (found,) = [
            properties
            for properties in self.of_type("AWS::S3::Bucket").values()
            if text(properties.get("BucketName", "")).startswith(self.prefix + name)
        ]
        return found

    def event_sources(self, function: str) -> dict[str, Properties]:
        """A function's event source mappings, by queue."""
        functions = self.of_type("AWS::Lambda::Function")
        queues = self.of_type("AWS::SQS::Queue")
        return {
            queues[referred(mapping["EventSourceArn"])]["QueueName"].removeprefix(self.prefix): mapping
            for mapping in self.of_type("AWS::Lambda::EventSourceMapping").values()
            if functions[referred(mapping["FunctionName"])] == self.functions[function]
        }

    def statements(self, function: str) -> list[Statement]:
        """Everything that a function's role may do, and is denied."""
        role_id = referred(self.functions[function]["Role"])
        documents = [policy["PolicyDocument"] for policy in self._roles[role_id].get("Policies", [])]
        documents += [
            policy["PolicyDocument"]
            for policy in self.of_type("AWS::IAM::Policy").values()
            if any(referred(role) == role_id for role in policy["Roles"])
        ]
        return [statement for document in documents for statement in statements_of(document)]

    @property
    def _roles(self) -> dict[str, Properties]:
        return self.of_type("AWS::IAM::Role")

    def allowed(self, function: str, action: str) -> set[str]:
        """The resources on which a function may do an action."""
        return {
            resource
            for statement in self.statements(function)
            if statement.effect == "Allow" and action in statement.actions
            for resource in statement.resources
        }

    def who_may(self, action: str, resource: str) -> set[str]:
        """The functions that may do an action on resources whose text holds ``resource``."""
        return {name for name in self.functions if any(resource in allowed for allowed in self.allowed(name, action))}


def statements_of(document: Properties) -> Iterator[Statement]:
    """The statements of a policy document."""
    for statement in document["Statement"]:
        yield Statement(
            effect=statement["Effect"],
            actions=tuple(_list(statement["Action"])),
            resources=tuple(text(resource) for resource in _list(statement["Resource"])),
            condition=statement.get("Condition", {}),
        )


def _references(value: Any) -> set[str]:
    """Logical ids that a value refers to, at any depth."""
    if isinstance(value, list):
        return {found for item in value for found in _references(item)}
    if not isinstance(value, dict):
        return set()
    if "Ref" in value:
        return {str(value["Ref"])}
    if "Fn::GetAtt" in value:
        return {str(value["Fn::GetAtt"][0])}
    return {found for item in value.values() for found in _references(item)}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def referred(reference: Any) -> str:
    """Logical id that a reference points at."""
    return str(reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0])


def text(value: Any) -> str:
    """A value as one text: joins are joined, references shown as ``<LogicalId>``."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(text(part) for part in parts)
    if "Ref" in value or "Fn::GetAtt" in value:
        return f"<{referred(value)}>"
    return json.dumps(value, sort_keys=True)
