"""The API against its own description: requests made up from it, through the local runtime's HTTP front."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from local.front.tokens import Principal
from local.processes import PROJECT_ROOT
from local.runtime import Runtime
from tools.export_openapi import OPENAPI

pytestmark = pytest.mark.xdist_group("api-conformance")

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime(PROJECT_ROOT, port=0) as running:
        yield running


SCHEMA: Any = schemathesis.openapi.from_path(OPENAPI)
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_what_is_answered_is_what_is_described(operation: Any, runtime: Runtime) -> None:
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def conforms(case: Any) -> None:
        headers = {"authorization": f"Bearer {runtime.token(Principal(role='admin'))}"}
        case.call_and_validate(base_url=runtime.api_url, headers=headers, checks=CHECKS)

    conforms()
