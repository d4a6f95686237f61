"""Tools of the developers: what they make is committed, and tests hold it up to date.

``.venv/bin/python -m tools.NAME`` from the project's folder is all that runs one: the library is found from here.
"""

from __future__ import annotations

import sys
from pathlib import Path

_LIBRARY = str(Path(__file__).resolve().parent.parent / "layers" / "shared" / "python")
if _LIBRARY not in sys.path:
    sys.path.append(_LIBRARY)
