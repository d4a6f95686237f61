"""Lambda: one function asks another and waits for its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from docpipe.adapters.aws import translated
from docpipe.domain.errors import FunctionError

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


class LambdaFunctions:
    """Invokes functions by name."""

    def __init__(self, client: LambdaClient) -> None:
        self._client = client

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """The answer of a function to an event.

        Raises:
            FunctionError: the function failed or could not be invoked. What it said stays in its own log.
            CapacityError: Lambda is throttling.
        """
        with translated(FunctionError, f"The function {function} could not be invoked"):
            answer = self._client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        if "FunctionError" in answer:
            raise FunctionError(f"The function {function} failed. Its log group says why.")
        return json.loads(answer["Payload"].read())
