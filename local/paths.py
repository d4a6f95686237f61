"""Names of files as they can be shown, sent and made: a file system takes more than a screen or UTF-8 does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_LONGEST_NAME: Final = 240
"""Bytes: file systems take 255, and a mark may be added."""


def told(path: Path | str) -> str:
    """A path as it can be shown and sent: what is no character, or moves the cursor, is replaced."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def fitting(stem: str, ending: str) -> str:
    """The name ``stem + ending``, of whose stem as much is left out as makes it too long for a file system."""
    room = _LONGEST_NAME - len(os.fsencode(ending))
    while len(os.fsencode(stem)) > max(room, 0):
        stem = stem[:-1]
    return stem + ending
