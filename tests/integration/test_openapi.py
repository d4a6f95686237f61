"""The description of the API: committed, served, and true."""

from __future__ import annotations

import json

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
            assert {tuple(answer["content"]) for answer in refused.values()} == {("application/problem+json",)}
