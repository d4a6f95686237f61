"""The description of the API: committed, served, and true."""

from __future__ import annotations

import json
import re

from jsonschema import Draft202012Validator

from functions.api.application import application, description
from tests.support.api import Client, Surroundings
from tests.support.records import Records
from tools.export_openapi import OPENAPI, render


def test_the_committed_description_is_up_to_date() -> None:
    assert OPENAPI.read_text() == render(), "Run: python -m tools.export_openapi"


def test_the_api_serves_its_own_description(records: Records, aws_credentials: None) -> None:
    status, served = Client(Surroundings(records)).get("/openapi.json")
    assert (status, served) == (200, json.loads(description(application())))


def test_every_operation_has_a_summary_a_token_and_problem_documents() -> None:
    described = json.loads(OPENAPI.read_text())
    assert described["openapi"].startswith("3.1")
    assert described["security"] == [{"token": []}]
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            refused = {code: answer for code, answer in operation["responses"].items() if code >= "400"}
            assert {"401", "422", "429", "500"} <= set(refused)
            by_gateway = {code: set(refused.pop(code)["content"]) for code in ("401", "403")}
            assert by_gateway["401"] == {"application/json"}
            assert by_gateway["403"] == {"application/json", "application/problem+json"}
            assert {tuple(answer["content"]) for answer in refused.values()} == {("application/problem+json",)}


def test_every_operation_is_named_as_a_clients_method_would_be() -> None:
    paths = json.loads(OPENAPI.read_text())["paths"]
    names = [operation["operationId"] for operations in paths.values() for operation in operations.values()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)] == []


def test_examples_fit_what_they_are_examples_of() -> None:
    schemas = json.loads(OPENAPI.read_text())["components"]["schemas"]
    given = {name: schema["examples"] for name, schema in schemas.items() if "examples" in schema}
    assert len(given) >= 8
    for name, examples in given.items():
        validator = Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})
        assert [error.message for example in examples for error in validator.iter_errors(example)] == []
