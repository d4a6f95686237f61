"""Figures as people read them."""

from __future__ import annotations

from math import ceil
from typing import Final

_UNITS: Final = ("bytes", "KB", "MB", "GB", "TB", "PB", "EB")


def size_in_words(count: int) -> str:
    """Bytes as storage is sold, rounded up to three digits: "999 bytes", "1.55 MB", "501 MB", "9.01 PB".

    Rounded up, for what is just over a limit must not read like the limit itself.
    """
    amount, step = float(count), 0
    while ceil(amount) >= 1_000 and step < len(_UNITS) - 1:
        amount, step = amount / 1_000, step + 1
    digits = 10 ** max(0, 3 - len(str(int(amount))))
    return f"{ceil(round(amount * digits, 6)) / digits:,.10g} {_UNITS[step]}"
