"""The root of every error raised on purpose."""

from __future__ import annotations

from typing import ClassVar


class DocpipeError(Exception):
    """Base of every error raised on purpose.

    Attributes:
        code: stable identifier, snake_case, part of the public contract.
        retryable: whether the same work may succeed when it is tried again.
    """

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False

    @property
    def message(self) -> str:
        """One or two sentences: what happened, and what to do about it."""
        return str(self)
