"""Labelled PDF pages: each with a text layer that is the page's text, or one that is not.

``LABELLED`` maps a name to whether the layer is to be used, and to what draws the page.
"""

from __future__ import annotations

from tests.support.layered.bad import BAD
from tests.support.layered.drawing import Draw
from tests.support.layered.good import GOOD

__all__ = ["LABELLED", "Draw"]

LABELLED: dict[str, tuple[bool, Draw]] = {
    **{name: (True, draw) for name, draw in GOOD.items()},
    **{name: (False, draw) for name, draw in BAD.items()},
}
