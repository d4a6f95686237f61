"""What ships is pinned, by hash, to the versions that the tests run with."""

from __future__ import annotations

import re

import pytest

from tools.compile_requirements import DEVELOPMENT, ROOT, SHIPPED

PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)

each_shipped = pytest.mark.parametrize("requirements", SHIPPED)


def pins(requirements: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / f"{requirements}.txt").read_text()))


@each_shipped
def test_shipped_versions_are_the_tested_ones(requirements: str) -> None:
    shipped = pins(requirements)
    assert shipped
    assert shipped.items() <= pins(DEVELOPMENT).items(), "run: python -m tools.compile_requirements"


@each_shipped
def test_every_shipped_package_is_checked_by_hash(requirements: str) -> None:
    text = (ROOT / f"{requirements}.txt").read_text()
    blocks = PIN.split(text)[3::3]
    assert all("--hash=sha256:" in block for block in blocks)


@each_shipped
def test_everything_asked_for_is_pinned(requirements: str) -> None:
    asked = re.findall(r"^([A-Za-z0-9._-]+)", (ROOT / f"{requirements}.in").read_text(), re.MULTILINE)
    assert set(asked) <= set(pins(requirements))


def test_the_migrate_function_repeats_nothing_of_another_version_than_the_layer() -> None:
    """Its own packages come before the layer's on the module path."""
    layer, own = pins("layers/shared/requirements"), pins("functions/migrate/requirements")
    assert {name: own[name] for name in layer.keys() & own} == {name: layer[name] for name in layer.keys() & own}
