"""Errors are part of the product: each has a code of its own and a sentence that helps."""

from __future__ import annotations

import inspect

import pytest

from docpipe.domain import errors


def kinds() -> list[type[errors.DocpipeError]]:
    return [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.DocpipeError)]


def is_ready_made(kind: type[errors.DocpipeError]) -> bool:
    """Whether the error brings its own sentence."""
    return "__init__" in vars(kind) and not inspect.signature(kind).parameters


def test_codes_are_unique_and_the_tree_is_documented() -> None:
    codes = [kind.code for kind in kinds()]
    assert len(set(codes)) == len(codes)
    assert errors.__doc__ is not None
    assert [kind.__name__ for kind in kinds() if kind.__name__ not in errors.__doc__] == []


@pytest.mark.parametrize("kind", [kind for kind in kinds() if is_ready_made(kind)])
def test_every_ready_made_message_says_what_happened_and_what_to_do(kind: type[errors.DocpipeError]) -> None:
    message = kind().message
    assert message[0].isupper()
    assert message.endswith(".")
    assert len(message.split()) >= 8
