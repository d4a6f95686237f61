"""The codes of errors, as a description of an API lists them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping

from docpipe.domain.errors.base import DocpipeError


def family(base: type[DocpipeError]) -> list[type[DocpipeError]]:
    """The errors below another, all generations of them; the base itself is none that is raised."""
    return [each for child in base.__subclasses__() for each in (child, *family(child))]


def listed(kinds: Iterable[type[DocpipeError]], others: Mapping[str, str]) -> str:
    """Codes with what each means, a line each (CommonMark), in alphabetical order.

    Args:
        others: codes that are no error's, with their meanings.
    """
    meanings = {kind.code: (inspect.getdoc(kind) or "").partition("\n")[0] for kind in kinds} | dict(others)
    return "\n".join(f"- `{code}`: {meaning}" for code, meaning in sorted(meanings.items()))
