"""The description of the API: committed, served, and true."""

from __future__ import annotations

import json
import re

from jsonschema import Draft202012Validator

from docpipe.domain.errors import AllPagesFailedError, DatabaseError, PageTimeoutError, PageWorkerDiedError
from docpipe.domain.errors.work import AttemptsExhaustedError, DeliveryExhaustedError
from functions.api.application import application, description
from functions.api.problems import _STATUS
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


def test_every_code_is_described_where_it_is_answered() -> None:
    schemas = json.loads(OPENAPI.read_text())["components"]["schemas"]
    told = {name: schemas[name]["properties"]["code"]["description"] for name in ("Problem", "Document", "FailedPage")}
    by_request = [kind.code for kind in _STATUS if kind is not DatabaseError]
    of_documents = [AttemptsExhaustedError.code, DeliveryExhaustedError.code, AllPagesFailedError.code, "file_empty"]
    of_pages = [PageTimeoutError.code, PageWorkerDiedError.code]
    for name, codes in (("Problem", by_request), ("Document", of_documents), ("FailedPage", of_pages)):
        assert [code for code in codes if f"`{code}`" not in told[name]] == []


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
