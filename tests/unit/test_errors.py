"""Errors are part of the product: each has a code of its own and a sentence that helps."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules

import pytest

from docpipe.domain import errors


def kinds() -> list[type[errors.DocpipeError]]:
    return [getattr(errors, name) for name in errors.__all__]


def defined() -> set[str]:
    """Names of the errors in the modules of the package."""
    modules = [import_module(f"{errors.__name__}.{module.name}") for module in iter_modules(errors.__path__)]
    return {
        name
        for module in modules
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
    }


def is_ready_made(kind: type[errors.DocpipeError]) -> bool:
    """Whether the error brings its own sentence."""
    return "__init__" in vars(kind) and not inspect.signature(kind).parameters


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in kinds()]
    assert len(set(codes)) == len(codes)


def test_every_error_is_given_by_the_package_and_every_family_told_of() -> None:
    assert set(errors.__all__) == defined()
    told = errors.__doc__ or ""
    families = [kind.__name__ for kind in kinds() if kind.__base__ is errors.DocpipeError]
    assert [family for family in families if f"{family} " not in told] == []


@pytest.mark.parametrize("kind", [kind for kind in kinds() if is_ready_made(kind)])
def test_every_ready_made_message_says_what_happened_and_what_to_do(kind: type[errors.DocpipeError]) -> None:
    message = kind().message
    assert message[0].isupper()
    assert message.endswith(".")
    assert len(message.split()) >= 8
