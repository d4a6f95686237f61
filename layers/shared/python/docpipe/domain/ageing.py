"""How long priority may overtake: what has waited too long takes the priority lane itself.

The bound keeps priority worth something: of the chunks that wait in a priority lane, a share only may be
such as have been moved there, the longest waiting first.
"""

from __future__ import annotations

PROMOTE_AFTER_S = 600
"""A chunk that has waited this long in its own lane is moved to the priority lane."""

PROMOTED_AT_LEAST = 4
"""So many may wait in a priority lane at once, however little else waits there."""

_ONE_IN = 4
"""And beyond that, one for every so many that have priority by right (Docspell serves four high, then one low)."""


def may_be_promoted(*, waiting_by_right: int, waiting_promoted: int) -> int:
    """How many chunks more may be moved to a priority lane now."""
    return max(0, max(PROMOTED_AT_LEAST, waiting_by_right // _ONE_IN) - waiting_promoted)
