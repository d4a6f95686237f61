"""The findings of rule packs (cdk-nag's AwsSolutions and HIPAA.Security) that are left as they are, each with why.

Every entry names one rule and the resources it is acknowledged on, by the ends of their paths. A test fails on a
finding that no entry explains, and on an entry that no finding needs.
"""

from __future__ import annotations

import re

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations

from infra.acknowledgements import data, front, functions
from infra.acknowledgements.entry import Entry
from infra.profiles import Profile

ENTRIES: tuple[Entry, ...] = functions.ENTRIES + data.ENTRIES + front.ENTRIES


def acknowledge(stack: Stack, profile: Profile) -> list[tuple[str, str]]:
    """Acknowledge on each resource of a stack what the entries say: to cdk-nag, and in its metadata to checkov.

    Returns:
        What was acknowledged to cdk-nag: rule and path of the resource below the stack.
    """
    below = {
        construct.node.path.removeprefix(f"{stack.node.path}/"): construct
        for construct in stack.node.find_all()
        if isinstance(construct, CfnResource)
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
                rule = re.sub(r"{(.+?)}", lambda named: str(stack.resolve(below[named[1]].logical_id)), entry.rule)
                Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=entry.reason))
                told.append((rule, path))
    for path, skips in skipped.items():
        below[path].add_metadata("checkov", {"skip": skips})
    return told
