"""The wiring: each function's, made of an environment as the stack gives it, without anything being asked yet."""

from __future__ import annotations

import re
import tempfile
from importlib import import_module
from pathlib import Path

import pytest

from docpipe.bootstrap import deliver
from docpipe.messages import Delivery
from local.topology import FunctionSpec, load_topology

_FUNCTIONS = load_topology().functions
_ADDRESSES = {"database_url": "postgresql://docpipe@127.0.0.1:1/docpipe"}
"""Other placeholders stand for addresses of HTTP servers, or for names, which these may be as well."""


@pytest.fixture
def environment(aws_credentials: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    # Functions that hold documents clear the temporary folder, which is theirs alone.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769")
    return monkeypatch


def give(environment: pytest.MonkeyPatch, spec: FunctionSpec) -> None:
    for name, value in spec.environment.items():
        known = re.sub(r"\$\{([^}]+)\}", lambda found: _ADDRESSES.get(found[1], "http://127.0.0.1:1"), value)
        environment.setenv(name, known)


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_a_function_is_wired_by_the_module_of_its_name(name: str, environment: pytest.MonkeyPatch) -> None:
    spec = _FUNCTIONS[name]
    give(environment, spec)
    folder = spec.handler.split(".")[1]
    wired = import_module(f"docpipe.bootstrap.{folder}").wired
    getattr(wired, "cache_clear", lambda: None)()
    assert wired() is not None


def test_every_kind_of_delivery_has_a_channel(environment: pytest.MonkeyPatch) -> None:
    give(environment, _FUNCTIONS["deliver"])
    assert set(deliver.wired().channels) == set(Delivery.__subclasses__())
