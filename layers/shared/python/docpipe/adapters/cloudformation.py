"""CloudFormation: the answer of a custom resource, put at the presigned address that its request names."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

_TIMEOUT_S = 30


def answer(request: Mapping[str, Any], *, failure: str | None, data: Mapping[str, str] | None = None) -> None:
    """Tell CloudFormation that a custom resource is done, or why it failed.

    Fields are those of "Custom resource response objects" in the AWS CloudFormation user guide.

    Args:
        request: the event that CloudFormation sent.
        failure: what an operator reads in the stack's events; never the words of a foreign error.
        data: what the template may refer to.
    """
    body = {
        "Status": "SUCCESS" if failure is None else "FAILED",
        "Reason": failure or "",
        # One for as long as the stack lives: another would make CloudFormation delete the old one.
        "PhysicalResourceId": request.get("PhysicalResourceId", request["LogicalResourceId"]),
        "StackId": request["StackId"],
        "RequestId": request["RequestId"],
        "LogicalResourceId": request["LogicalResourceId"],
        "Data": dict(data or {}),
    }
    url = request["ResponseURL"]
    # An empty content type is what the address was signed for.
    sent = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310
    with urllib.request.urlopen(sent, timeout=_TIMEOUT_S):  # noqa: S310 - the address is CloudFormation's
        pass
